import { implementer } from "./implementer.ts";
import { startKind } from "./start-kind.ts";

export const egress = {
  prove: implementer.egress.prove.handler(({ context: { workbench } }) => startKind(workbench, "egress.prove", {})),
};
