import { previewPrompts } from "../pipeline/preview-prompts.ts";
import { implementer } from "./implementer.ts";
import { requireAbsolute } from "./require-absolute.ts";
import { startKind } from "./start-kind.ts";

export const benchmark = {
  speed: implementer.benchmark.speed.handler(({ input, context: { workbench } }) => startKind(workbench, "bench.speed", input)),
  compare: implementer.benchmark.compare.handler(async ({ input, context: { workbench } }) => {
    // A line that cannot be read is told to whoever asks, not by a job that fails.
    if (input.promptsFile !== undefined) await previewPrompts(workbench.files, requireAbsolute("promptsFile", input.promptsFile));
    return startKind(workbench, "bench.compare", input);
  }),
  prompts: implementer.benchmark.prompts.handler(({ input, context: { workbench } }) => previewPrompts(workbench.files, requireAbsolute("file", input.file))),
};
