import { type ErrorCode, errorFromRecord, WorkbenchError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import type { CommandSession } from "./command-session.ts";
import type { CommandOutcome, DetachOptions } from "./define-command.ts";
import { presentJob } from "./present-job.ts";
import { createProgressDisplay } from "./progress-display.ts";

/** Watches a job to its end, showing progress on stderr, and answers with what came of it. Ctrl-C cancels the job. */
export async function followJob(session: CommandSession, started: Job, options: DetachOptions): Promise<CommandOutcome> {
  if (options.detach === true) {
    session.io.stderr.write(`Follow it with: sallyport job watch ${started.id}\n`);
    return { json: { id: started.id, job: started }, text: started.id };
  }
  const ended = await watchToEnd(session, started);
  switch (ended.state) {
    case "done":
      return presentJob(ended);
    case "failed":
      return failure(ended, ended.error === null ? new WorkbenchError("internal.unexpected", { reason: `job ${ended.id} failed without saying why` }) : errorFromRecord({ code: ended.error.code as ErrorCode, details: ended.error.details }));
    case "cancelled":
      return failure(ended, new WorkbenchError("job.cancelled", { id: ended.id }));
    case "paused":
    case "waiting":
      return { json: { id: ended.id, job: ended }, text: stillText(ended), status: "cancelled" };
    case "interrupted":
    case "queued":
    case "running":
      return failure(ended, crash(ended));
    default:
      return ended.state satisfies never;
  }
}

function stillText({ id, state, sequence }: Job): string {
  const resume = `Take it up again with: sallyport job resume ${id}`;
  return state === "paused" ? `Job ${id} is paused. ${resume}` : `Job ${id} is step ${sequence?.at ?? 1} of ${sequence?.of ?? 1}, and the step before it has stopped. ${resume}`;
}

/** A job that stopped without an end of its own: its process died. */
function crash(job: Job): WorkbenchError {
  if (job.error !== null) return errorFromRecord({ code: job.error.code as ErrorCode, details: job.error.details });
  return new WorkbenchError("job.crashed", { id: job.id, exitCode: null, signal: null, log: "" });
}

function failure(job: Job, error: WorkbenchError): CommandOutcome {
  return { json: { id: job.id, job }, text: "", error };
}

async function watchToEnd(session: CommandSession, started: Job): Promise<Job> {
  const { io } = session;
  const { client } = await session.connect();
  const display = createProgressDisplay(io.stderr, io.clock);
  let cancelling: Promise<unknown> | null = null;
  const takeBack = io.onInterrupt(() => {
    display.end();
    io.stderr.write("Cancelling. Ctrl-C again leaves at once.\n");
    // It may have ended in this very moment, and then there is nothing to cancel: the watch below tells.
    cancelling = client.job.cancel({ id: started.id }).catch(() => {});
  });
  let latest = started;
  try {
    for await (const job of await client.job.watch({ id: started.id })) {
      latest = job;
      if (job.state === "running" && cancelling === null) display.update(job.progress);
    }
  } finally {
    display.end();
    takeBack();
    await cancelling;
  }
  return latest;
}
