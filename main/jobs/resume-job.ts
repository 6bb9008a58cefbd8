import { WorkbenchError } from "../../shared/errors.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { Store } from "../store/open-store.ts";
import { isJobAlive } from "./is-job-alive.ts";
import { reap } from "./reap-interrupted.ts";
import { spawnJob } from "./spawn-job.ts";

export interface ResumeJob {
  readonly store: Store;
  readonly clock: Clock;
  readonly entry: string;
  readonly home: string;
  readonly id: string;
}

/**
 * Starts a stopped job again: same id, same request, same work directory.
 * @throws job.alreadyRunning, job.notResumable when it is done; as spawnJob
 */
export function resumeJob({ store, clock, entry, home, id }: ResumeJob): Job {
  let job = store.jobs.resolve(id);
  if (job.state === "running" || job.state === "queued") {
    if (isJobAlive(job, clock.now())) throw new WorkbenchError("job.alreadyRunning", { id: job.id, pid: job.pid ?? 0 });
    job = reap(store, home, job);
    // Somebody else was quicker.
    if (job.state === "running" || job.state === "queued") throw new WorkbenchError("job.alreadyRunning", { id: job.id, pid: job.pid ?? 0 });
  }
  store.jobs.requeue(job.id);
  return spawnJob({ store, entry, home, id: job.id });
}
