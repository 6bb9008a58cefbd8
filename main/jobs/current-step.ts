import type { Job } from "../../shared/schemas/job.ts";
import type { Store } from "../store/open-store.ts";

/** What is meant by a step that waits: the step its sequence stands at. A sequence is stopped and resumed as one. */
export function currentStep(store: Store, job: Job): Job {
  if (job.state !== "waiting" || job.sequence === null) return job;
  return store.jobs.sequence(job.sequence.id).find(({ state }) => state !== "done") ?? job;
}
