import { setTimeout as sleep } from "node:timers/promises";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { Store } from "../store/open-store.ts";
import { isJobAlive } from "./is-job-alive.ts";

const POLL_MS = 50;

export interface CancelJob {
  readonly store: Store;
  readonly clock: Clock;
  readonly id: string;
  /** How long the process may take to leave in order before it is killed. */
  readonly graceMs: number;
}

/** Asks the job's process to stop (SIGTERM), then makes it (SIGKILL). What it had finished is kept for a resume. @throws job.notCancellable */
export async function cancelJob({ store, clock, id, graceMs }: CancelJob): Promise<Job> {
  const job = store.jobs.resolve(id);
  if (job.state !== "queued" && job.state !== "running") throw new WorkbenchError("job.notCancellable", { id: job.id, state: job.state });
  store.jobs.requestCancel(job.id);
  const started = clock.ticks();
  for (let signalled = false; ; ) {
    const current = store.jobs.resolve(job.id);
    if (current.state !== "queued" && current.state !== "running") return current;
    if (current.state === "running" && current.pid !== null) {
      if (!isJobAlive(current, clock.now())) return store.jobs.cancel(job.id);
      if (!signalled) signal(current.pid, "SIGTERM");
      signalled = true;
      if (clock.ticks() - started > graceMs) signal(current.pid, "SIGKILL");
    } else if (clock.ticks() - started > graceMs) {
      // Queued, and its process never came: it will find itself cancelled if it does.
      return store.jobs.cancel(job.id);
    }
    await sleep(POLL_MS);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}
