import { isAbsolute } from "node:path";
import type { Machine } from "../../shared/schemas/machine.ts";
import { SITE_PREFIX } from "../../shared/schemas/site.ts";
import { describeThisMachine } from "../pipeline/describe-machine.ts";
import { presetMachineNamed } from "../pipeline/machine-presets.ts";
import { readMachine } from "../pipeline/read-machine.ts";
import { siteMachine } from "./site-machine.ts";
import type { Workbench } from "./workbench.ts";

/** The word for the machine under our feet. */
const HERE = "here";

/** @param machine "here", the name of a preset, the id of a kept site ("site-…"), or an absolute path. @throws plan.unknownPreset, plan.machineInvalid, store.notFound, machine.capture* */
export async function machineNamed(workbench: Workbench, machine: string): Promise<Machine> {
  const { host, files, home } = workbench;
  if (machine === HERE) return describeThisMachine(host, files, { home: home.root, measure: true });
  if (isAbsolute(machine)) return readMachine(files, machine);
  return machine.startsWith(SITE_PREFIX) ? siteMachine(workbench, machine) : presetMachineNamed(machine);
}
