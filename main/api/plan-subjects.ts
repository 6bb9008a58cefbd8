import { isAbsolute } from "node:path";
import type { Machine } from "../../shared/schemas/machine.ts";
import { describeThisMachine } from "../pipeline/describe-machine.ts";
import { presetMachineNamed } from "../pipeline/machine-presets.ts";
import { readMachine } from "../pipeline/read-machine.ts";
import { resolveModel } from "./resolve-model.ts";
import type { Workbench } from "./workbench.ts";

/** The word for the machine under our feet. */
const HERE = "here";

/** Where the model of a plan lies, and its name: a row of the store, a directory or a lone config.json. @throws store.*, package.notFound */
export async function located(workbench: Workbench, reference: string): Promise<{ location: string; name: string }> {
  const resolved = await resolveModel(workbench, reference);
  return resolved.kind === "stored" ? { location: resolved.model.directory, name: resolved.model.name } : { location: resolved.path, name: resolved.path.split(/[\\/]/).at(-1) ?? resolved.path };
}

/** "here", the name of a preset, or the path of a record. @throws plan.*, machine.* */
export async function machineNamed({ host, files, home }: Workbench, machine: string): Promise<Machine> {
  if (machine === HERE) return describeThisMachine(host, files, { home: home.root, measure: true });
  return isAbsolute(machine) ? readMachine(files, machine) : presetMachineNamed(machine);
}
