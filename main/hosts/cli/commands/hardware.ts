import { type Command, Option } from "commander";
import { defineCommand, type Execute } from "../define-command.ts";
import { presentMachine } from "../present-machine.ts";
import { addHardwareCaptureCommand } from "./hardware-capture.ts";
import { addHardwareSitesCommands } from "./hardware-sites.ts";

interface HardwareOptions {
  readonly from?: string;
  /** commander's form of --no-measure. */
  readonly measure: boolean;
  readonly evidence?: boolean;
}

export function addHardwareCommands(program: Command, execute: Execute): void {
  const hardware = defineCommand<HardwareOptions>(program, execute, {
    usage: "hardware",
    summary: "show what this machine, or one from elsewhere, has for a model",
    description: "Shows processors, memory, disks, Ascend and Nvidia devices with what stands between them and a model: driver, container, permissions, limits. Reads memory and the home's disk for about a second each to tell how fast they are.",
    options: [
      new Option("--from <path>", "another machine: the file that capture.sh wrote, or a file or folder of pasted outputs"),
      new Option("--no-measure", "do not measure memory and disk"),
      new Option("--evidence", "tell which file or command said what"),
    ],
    examples: [
      ["sallyport hardware", "this machine"],
      ["sallyport hardware --evidence", "with the file or command behind every line"],
      ["sallyport hardware --from ./site-7.json", "a machine of a closed site, from its capture"],
    ],
    run: async (session, _positional, { from, measure, evidence }) => {
      const { client } = await session.connect();
      const machine = await client.machine.describe({ ...(from === undefined ? {} : { from: session.path(from) }), measure });
      return presentMachine(machine, { evidence: evidence === true });
    },
  });
  addHardwareCaptureCommand(hardware, execute);
  addHardwareSitesCommands(hardware, execute);
}
