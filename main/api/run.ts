import type { GenerateEvent, GenerateRequest } from "../../shared/schemas/generation.ts";
import { generateText } from "../pipeline/generate-text.ts";
import { implementer } from "./implementer.ts";
import { openPackage } from "./resolve-model.ts";
import { withWireErrors } from "./wire-error.ts";
import type { Workbench } from "./workbench.ts";

export const run = {
  generate: implementer.run.generate.handler(({ input, context: { workbench }, signal }) => withWireErrors(generate(workbench, input, signal ?? new AbortController().signal))),
};

async function* generate(workbench: Workbench, request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void> {
  const model = await openPackage(workbench, request.model);
  const createEngine: Workbench["createEngine"] = (opened, options) => workbench.engines.borrow(opened, options);
  yield* generateText({ files: workbench.files, createEngine, signal, threads: workbench.threads }, { ...request, package: model });
}
