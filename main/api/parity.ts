import { implementer } from "./implementer.ts";
import { pinPackage } from "./resolve-model.ts";
import { requireAbsolute, startKind } from "./start-kind.ts";

export const parity = {
  record: implementer.parity.record.handler(async ({ input, context: { workbench } }) =>
    startKind(workbench, "parity.record", { model: await pinPackage(workbench, input.model) })),
  check: implementer.parity.check.handler(async ({ input, context: { workbench } }) => {
    if (input.expected !== undefined) requireAbsolute("expected", input.expected);
    return startKind(workbench, "parity.check", { ...input, model: await pinPackage(workbench, input.model) });
  }),
};
