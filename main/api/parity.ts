import { implementer } from "./implementer.ts";
import { startKind } from "./start-kind.ts";

export const parity = {
  record: implementer.parity.record.handler(({ input, context: { workbench } }) => startKind(workbench, "parity.record", input)),
  check: implementer.parity.check.handler(({ input, context: { workbench } }) => startKind(workbench, "parity.check", input)),
};
