import { implementer } from "./implementer.ts";

export const audit = {
  list: implementer.audit.list.handler(({ input, context: { workbench } }) => workbench.store.audit.list(input.limit, input)),
  verify: implementer.audit.verify.handler(({ context: { workbench } }) => workbench.store.audit.verify()),
};
