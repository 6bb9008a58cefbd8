import { describeRecordedMachine, describeThisMachine } from "../pipeline/describe-machine.ts";
import { implementer } from "./implementer.ts";
import { requireAbsolute } from "./require-absolute.ts";

export const machine = {
  describe: implementer.machine.describe.handler(({ input: { from, measure }, context: { workbench } }) => {
    if (from === undefined) return describeThisMachine(workbench.host, workbench.files, { home: workbench.home.root, measure });
    requireAbsolute("from", from);
    return describeRecordedMachine(workbench.files, from);
  }),
};
