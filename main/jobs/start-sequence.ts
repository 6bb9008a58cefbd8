import type { Job, SequenceStep } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import { createId } from "../store/create-id.ts";
import type { Store } from "../store/open-store.ts";
import { spawnJob } from "./spawn-job.ts";

export interface StartSequence {
  readonly store: Store;
  readonly clock: Clock;
  readonly entry: string;
  readonly home: string;
  readonly steps: readonly SequenceStep[];
}

/**
 * Writes all steps down and starts the first; each starts the next when it is done (run-job-process), so that the chain needs neither the caller nor a server to
 * go on. A step that stops stops the chain; resumed, it goes on. @throws as spawnJob
 */
export function startSequence({ store, clock, entry, home, steps }: StartSequence): Job[] {
  const sequenceId = createId("seq", clock);
  const jobs = store.jobs.insertSequence(sequenceId, steps.map((step) => ({ ...step, id: createId("job", clock) })));
  spawnJob({ store, entry, home, id: (jobs[0] as Job).id });
  return store.jobs.sequence(sequenceId);
}
