import { isAbsolute } from "node:path";
import type { Machine } from "../../shared/schemas/machine.ts";
import { describeThisMachine } from "../pipeline/describe-machine.ts";
import { presetMachineNamed } from "../pipeline/machine-presets.ts";
import { readMachine } from "../pipeline/read-machine.ts";
import type { Workbench } from "./workbench.ts";

/** The word for the machine under our feet. */
const HERE = "here";

/** @param machine "here", the name of a preset, or an absolute path. @throws plan.unknownPreset, plan.machineInvalid, machine.capture* */
export async function machineNamed({ host, files, home }: Pick<Workbench, "host" | "files" | "home">, machine: string): Promise<Machine> {
  if (machine === HERE) return describeThisMachine(host, files, { home: home.root, measure: true });
  return isAbsolute(machine) ? readMachine(files, machine) : presetMachineNamed(machine);
}
