import { isAbsolute } from "node:path";
import type { Machine } from "../../shared/schemas/machine.ts";
import { describeThisMachine } from "../pipeline/describe-machine.ts";
import { presetMachineNamed } from "../pipeline/machine-presets.ts";
import { readMachine } from "../pipeline/read-machine.ts";
import { resolveModel } from "./resolve-model.ts";
import { SITE_PREFIX, siteMachine } from "./site-machine.ts";
import type { Workbench } from "./workbench.ts";

/** The word for the machine under our feet. */
const HERE = "here";

/** Where the model of a plan lies, and its name: a row of the store, a directory or a lone config.json. @throws store.*, package.notFound */
export async function located(workbench: Workbench, reference: string): Promise<{ location: string; name: string }> {
  const resolved = await resolveModel(workbench, reference);
  return resolved.kind === "stored" ? { location: resolved.model.directory, name: resolved.model.name } : { location: resolved.path, name: resolved.path.split(/[\\/]/).at(-1) ?? resolved.path };
}

/** "here", the name of a preset, the id of a site, or the path of a record. @throws plan.*, machine.* */
export async function machineNamed(workbench: Workbench, machine: string): Promise<Machine> {
  const { host, files, home } = workbench;
  if (machine === HERE) return describeThisMachine(host, files, { home: home.root, measure: true });
  if (isAbsolute(machine)) return readMachine(files, machine);
  return machine.startsWith(SITE_PREFIX) ? siteMachine(workbench, machine) : presetMachineNamed(machine);
}
