import type { Job } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { Store } from "../store/open-store.ts";
import { isJobAlive } from "./is-job-alive.ts";
import { jobDirectory } from "./job-directory.ts";
import { logTail } from "./log-tail.ts";

/** Marks jobs whose process went without a word, killed or with the machine, so that they can be resumed. @returns those it marked */
export function reapInterrupted({ store, clock, home }: { readonly store: Store; readonly clock: Clock; readonly home: string }): Job[] {
  return store.jobs
    .list()
    .filter((job) => (job.state === "running" || job.state === "queued") && !isJobAlive(job, clock.now()))
    .map((job) => reap(store, home, job));
}

/** Marks one job whose process is gone. If it ended properly between our look and now, that stands. */
export function reap(store: Store, home: string, job: Job): Job {
  const current = store.jobs.find(job.id) ?? job;
  if (current.state !== "running" && current.state !== "queued") return current;
  return store.jobs.interrupt(job.id, { code: "job.crashed", details: { id: job.id, exitCode: null, signal: null, log: logTail(jobDirectory(home, job.id).log) } });
}
