import { implementer } from "./implementer.ts";

export const settings = {
  get: implementer.settings.get.handler(({ context: { workbench } }) => workbench.store.settings.read()),
  set: implementer.settings.set.handler(({ input, context: { workbench } }) => {
    const chosen = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    workbench.store.settings.write({ ...workbench.store.settings.read(), ...chosen });
    return workbench.store.settings.read();
  }),
};
