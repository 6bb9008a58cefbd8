import { setTimeout as sleep } from "node:timers/promises";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { StopState } from "../store/job-table.ts";
import type { Store } from "../store/open-store.ts";
import { isJobAlive } from "./is-job-alive.ts";

const POLL_MS = 50;

export interface StopJob {
  readonly store: Store;
  readonly clock: Clock;
  readonly id: string;
  /** What it shall then be: cancelled, or paused, which is no failure. */
  readonly as: StopState;
  /** How long the process may take to leave in order before it is killed. */
  readonly graceMs: number;
}

/** Asks the job's process to stop (SIGTERM), then makes it (SIGKILL). What it had finished is kept for a resume. @throws job.notCancellable */
export async function stopJob({ store, clock, id, as, graceMs }: StopJob): Promise<Job> {
  const job = store.jobs.resolve(id);
  if (job.state !== "queued" && job.state !== "running") throw new WorkbenchError("job.notCancellable", { id: job.id, state: job.state });
  store.jobs.requestStop(job.id, as);
  const started = clock.ticks();
  for (let signalled: number | null = null; ; ) {
    const current = store.jobs.resolve(job.id);
    if (current.state !== "queued" && current.state !== "running") return current;
    if (!isJobAlive(current, clock.now())) {
      // Its process may have written its own end in this very moment, and then that stands: the next look tells.
      store.jobs.stopAsSeen(current);
      continue;
    }
    const isLate = clock.ticks() - started > graceMs;
    if (current.pid !== null) {
      if (isLate) kill(current.pid);
      // A process that has not marked itself running yet finds the request when it does.
      else if (current.state === "running" && signalled !== current.pid) signal((signalled = current.pid), "SIGTERM");
    } else if (isLate) {
      store.jobs.stopAsSeen(current);
    }
    await sleep(POLL_MS);
  }
}

/** The job's process and whatever it started: it leads a group of its own. */
function kill(pid: number): void {
  signal(-pid, "SIGKILL");
  signal(pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, or no leader of a group.
  }
}
