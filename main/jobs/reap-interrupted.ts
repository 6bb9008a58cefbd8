import type { Job } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { Store } from "../store/open-store.ts";
import { isJobAlive } from "./is-job-alive.ts";
import { jobDirectory } from "./job-directory.ts";
import { logTail } from "./log-tail.ts";
import { exitOf } from "./process-exits.ts";

/** Marks jobs whose process went without a word, killed or with the machine, so that they can be resumed. @returns those it marked */
export function reapInterrupted({ store, clock, home }: { readonly store: Store; readonly clock: Clock; readonly home: string }): Job[] {
  return store.jobs
    .list()
    .filter((job) => (job.state === "running" || job.state === "queued") && !isJobAlive(job, clock.now()))
    .map((job) => reap(store, home, job));
}

/** Marks one job whose process was found gone. If the job has moved on since it was seen, that stands. */
export function reap(store: Store, home: string, seen: Job): Job {
  const { exitCode, signal } = exitOf(seen.id, seen.pid) ?? { exitCode: null, signal: null };
  return store.jobs.interruptAsSeen(seen, { code: "job.crashed", details: { id: seen.id, exitCode, signal, log: logTail(jobDirectory(home, seen.id).log) } });
}
