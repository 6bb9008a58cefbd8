import { rmSync } from "node:fs";
import { WorkbenchError } from "../../shared/errors.ts";
import { isStopped, type Job } from "../../shared/schemas/job.ts";
import type { Store } from "../store/open-store.ts";
import { diskError } from "./disk-error.ts";
import { jobDirectory } from "./job-directory.ts";

export interface RemoveJob {
  readonly store: Store;
  readonly home: string;
  readonly job: Job;
  /** What else it made that nothing uses. */
  readonly leftovers: readonly string[];
}

/**
 * Forgets a job that has stopped, with its log and what it kept for a resume; steps that waited for it go too. A step that is done stays while its sequence goes on:
 * a later one may need what it made.
 * @throws job.notRemovable, files.*
 */
export function removeJob({ store, home, job, leftovers }: RemoveJob): void {
  const steps = job.sequence === null ? [] : store.jobs.sequence(job.sequence.id);
  const isNeeded = job.state === "done" && steps.some(({ state }) => state !== "done");
  if (!isStopped(job) || isNeeded) throw new WorkbenchError("job.notRemovable", { id: job.id, state: isNeeded ? "part of a sequence that is not at its end" : job.state });
  for (const directory of [...leftovers, jobDirectory(home, job.id).directory]) {
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch (thrown) {
      throw diskError(thrown, directory, "remove a job");
    }
  }
  store.jobs.remove(job.id);
}
