import { type Command, Option } from "commander";
import { WorkbenchError } from "../../../../shared/errors.ts";
import { captureThisMachine, readCaptureScript } from "../../capture-script.ts";
import { defineCommand, type Execute } from "../define-command.ts";

/** The record of a machine that others plan for: this one's, or the script that makes one where Sallyport is not. */
export function addHardwareCaptureCommand(group: Command, execute: Execute): void {
  defineCommand<{ readonly redact?: boolean; readonly script?: boolean }>(group, execute, {
    usage: "capture",
    summary: "write down this machine as a file that can be carried elsewhere",
    description: "Prints what the hardware commands of another Sallyport need to know of this machine, as one JSON document. --script prints the shell script that does it, to be reviewed and run on a machine without Sallyport.",
    options: [
      new Option("--redact", "replace serial numbers, UUIDs, addresses, names of hosts and users"),
      new Option("--script", "print the script instead of running it").conflicts("redact"),
    ],
    examples: [
      ["sallyport hardware capture --redact > site.json", "this machine, without what identifies it"],
      ["sallyport hardware capture --script > capture.sh", "a script for a machine at a closed site: sh capture.sh > site.json"],
    ],
    run: async (_session, _positional, options) => {
      if (options.script === true) {
        const script = await readCaptureScript();
        return { json: { script }, text: script.trimEnd() };
      }
      if (process.platform !== "linux") throw new WorkbenchError("usage.invalid", { reason: "The capture script is for Linux; print it with --script and carry it there" });
      const document = await captureThisMachine({ redacted: options.redact === true });
      return { json: JSON.parse(document) as Record<string, unknown>, text: document.trimEnd() };
    },
  });
}
