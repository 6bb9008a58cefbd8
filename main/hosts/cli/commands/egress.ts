import { type Command, Option } from "commander";
import { WorkbenchError } from "../../../../shared/errors.ts";
import { JOB_RESULTS } from "../../../api/job-results.ts";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute } from "../define-command.ts";
import { followJob } from "../follow-job.ts";

/** Some dozen sockets and steps are 10 KB. */
const MAX_EVIDENCE_BYTES = 16 * 2 ** 20;

interface SelfTestOptions extends DetachOptions {
  readonly out?: string;
}

export function addEgressCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "egress", "prove that nothing leaves this machine", [["sallyport egress self-test --out evidence.json", "for whoever asks for a proof"]]);
  defineCommand<SelfTestOptions>(group, execute, {
    usage: "self-test",
    summary: "run the main job where nothing can get out, and watch that nothing tries",
    description: [
      "Imports the sample, quantizes, runs, packs, verifies and installs it: in a network namespace that has no way out, and under a trace of every call that has to do with the network, in every process. Writes down each socket and where it led.",
      "Where only one of the two can be had, it says so, and claims no more than that one shows. Where neither can, it refuses.",
    ].join("\n\n"),
    options: [new Option("--out <file>", "also write the evidence there, as JSON"), detachOption()],
    examples: [["sallyport egress self-test", "half a minute on two cores"], ["sallyport egress self-test --out evidence.json", "for a receipt"]],
    run: async (session, _, options) => {
      if (options.out !== undefined && options.detach === true) throw new WorkbenchError("usage.invalid", { reason: "--out waits for the end, --detach does not; the evidence lies in the home's evidence folder" });
      const { client, files } = await session.connect();
      const started = await client.egress.prove();
      const outcome = await followJob(session, started, options);
      const job = options.out === undefined ? null : await client.job.get({ id: started.id });
      if (options.out !== undefined && job?.state === "done") await files.writeWhole(session.path(options.out), await files.readAll(JOB_RESULTS["egress.prove"].parse(job.result).file, MAX_EVIDENCE_BYTES));
      return outcome;
    },
  });
}
