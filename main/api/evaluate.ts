import { implementer } from "./implementer.ts";
import { pinPackage } from "./resolve-model.ts";
import { requireAbsolute, startKind } from "./start-kind.ts";

export const evaluate = {
  perplexity: implementer.evaluate.perplexity.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("textFile", input.textFile);
    const model = await pinPackage(workbench, input.model);
    const { against: named, ...rest } = input;
    const against = named === undefined ? {} : { against: await pinPackage(workbench, named) };
    return startKind(workbench, "eval.perplexity", { ...rest, ...against, model });
  }),
};
