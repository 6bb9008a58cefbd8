import { basename } from "node:path";
import type { Machine } from "../../shared/schemas/machine.ts";
import type { Site } from "../../shared/schemas/site.ts";
import { readMachine } from "../pipeline/read-machine.ts";
import { createId } from "../store/create-id.ts";
import type { Workbench } from "./workbench.ts";

/** @throws plan.newerMachine, plan.machineInvalid, machine.capture* */
export async function addSite({ files, store, clock }: Workbench, from: string): Promise<Site> {
  const machine = await readMachine(files, from);
  store.sites.insert({ id: createId("site", clock), name: basename(from) || from, from, addedAt: new Date(clock.now()).toISOString() }, machine);
  const site = store.sites.list().find((known) => known.from === from) as Site;
  store.audit.append("machine.addSite", site.id, { from });
  return site;
}

/** What a site's record told; read again only where an earlier version kept it in another form. @throws store.notFound, machine.capture* */
export async function siteMachine({ files, store }: Workbench, reference: string): Promise<Machine> {
  const { id, from } = store.sites.resolve(reference);
  return store.sites.machineOf(id) ?? readMachine(files, from);
}
