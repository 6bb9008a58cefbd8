import { implementer } from "./implementer.ts";
import { startKind } from "./start-kind.ts";

export const evaluate = {
  perplexity: implementer.evaluate.perplexity.handler(({ input, context: { workbench } }) => startKind(workbench, "eval.perplexity", input)),
  answers: implementer.evaluate.answers.handler(({ input, context: { workbench } }) => startKind(workbench, "eval.answers", input)),
};
