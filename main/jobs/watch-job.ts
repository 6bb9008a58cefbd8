import { setTimeout as sleep } from "node:timers/promises";
import { isStopped, type Job } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { Store } from "../store/open-store.ts";
import { isJobAlive } from "./is-job-alive.ts";
import { reap } from "./reap-interrupted.ts";

export interface WatchJob {
  readonly store: Store;
  readonly clock: Clock;
  readonly home: string;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly intervalMs: number;
}

/** The job at every change until it has ended, however it ends. Leaving early leaves the job alone. */
export async function* watchJob({ store, clock, home, id, signal, intervalMs }: WatchJob): AsyncGenerator<Job, void> {
  let last = "";
  for (;;) {
    let job = store.jobs.resolve(id);
    if ((job.state === "running" || job.state === "queued") && !isJobAlive(job, clock.now())) job = reap(store, home, job);
    const text = JSON.stringify(job);
    if (text !== last) yield job;
    last = text;
    if (isAtRest(store, job)) return;
    try {
      await sleep(intervalMs, undefined, { signal });
    } catch {
      return;
    }
  }
}

/** A step that waits is at rest once the one that it waits for has stopped short of its end. */
function isAtRest(store: Store, job: Job): boolean {
  if (job.state !== "waiting" || job.sequence === null) return isStopped(job);
  const current = store.jobs.sequence(job.sequence.id).find(({ state }) => state !== "done");
  return current === undefined || isStopped(current);
}
