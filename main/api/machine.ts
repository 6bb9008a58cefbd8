import { describeRecordedMachine, describeThisMachine } from "../pipeline/describe-machine.ts";
import { implementer } from "./implementer.ts";
import { machineHere } from "./machine-here.ts";
import { requireAbsolute } from "./require-absolute.ts";
import { addSite, siteMachine } from "./site-machine.ts";

export const machine = {
  describe: implementer.machine.describe.handler(({ input: { from, measure }, context: { workbench } }) => {
    if (from === undefined) return measure ? describeThisMachine(workbench.host, workbench.files, { home: workbench.home.root, measure }) : machineHere(workbench);
    requireAbsolute("from", from);
    return describeRecordedMachine(workbench.files, from);
  }),
  sites: implementer.machine.sites.handler(({ context: { workbench } }) => workbench.store.sites.list()),
  addSite: implementer.machine.addSite.handler(({ input: { from }, context: { workbench } }) => {
    requireAbsolute("from", from);
    return addSite(workbench, from);
  }),
  removeSite: implementer.machine.removeSite.handler(({ input, context: { workbench: { store } } }) => {
    const site = store.sites.resolve(input.site);
    store.sites.remove(site.id);
    store.audit.append("machine.removeSite", site.id, { from: site.from });
    return site;
  }),
  site: implementer.machine.site.handler(({ input, context: { workbench } }) => siteMachine(workbench, input.site)),
};
