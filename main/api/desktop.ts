import { WorkbenchError } from "../../shared/errors.ts";
import { implementer } from "./implementer.ts";

export const desktop = {
  choose: implementer.desktop.choose.handler(({ input, context: { desktop: host } }) => {
    if (host === undefined) throw new WorkbenchError("desktop.missing", {});
    return host.choose(input);
  }),
};
