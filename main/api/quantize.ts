import { implementer } from "./implementer.ts";
import { listPresets } from "./list-presets.ts";
import { resolveCheckpoint } from "./resolve-model.ts";
import { startKind } from "./start-kind.ts";

export const quantize = {
  start: implementer.quantize.start.handler(async ({ input, context: { workbench } }) => {
    const checkpoint = await resolveCheckpoint(workbench, input.model);
    return startKind(workbench, "quantize", { ...input, model: checkpoint.id });
  }),
  presets: implementer.quantize.presets.handler(({ context: { workbench } }) => listPresets(workbench.files, workbench.recipesDirectory)),
};
