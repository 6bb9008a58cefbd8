import type { GenerateEvent, GenerateRequest } from "../../shared/schemas/generation.ts";
import { compareAnswers } from "./compare-answers.ts";
import { generateBy, openContestant } from "./contestant.ts";
import { implementer } from "./implementer.ts";
import { withWireErrors } from "./wire-error.ts";
import type { Workbench } from "./workbench.ts";

export const run = {
  generate: implementer.run.generate.handler(({ input, context: { workbench }, signal }) => withWireErrors(generate(workbench, input, signal ?? new AbortController().signal))),
  compare: implementer.run.compare.handler(({ input, context: { workbench }, signal }) => withWireErrors(compareAnswers(workbench, input, signal ?? new AbortController().signal))),
};

async function* generate(workbench: Workbench, request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void> {
  const opened = await openContestant(workbench, request.model);
  // One model is enough again: the second of a comparison gives its memory back.
  await workbench.enginesBeside.leave();
  yield* generateBy(workbench, opened, request, (model, options) => workbench.engines.borrow(model, options), signal);
}
