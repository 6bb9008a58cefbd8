import { join } from "node:path";
import type { Job } from "../../shared/schemas/job.ts";
import { currentStep } from "../jobs/current-step.ts";
import { jobDirectory } from "../jobs/job-directory.ts";
import { logTail } from "../jobs/log-tail.ts";
import { reapInterrupted } from "../jobs/reap-interrupted.ts";
import { removeJob } from "../jobs/remove-job.ts";
import { resumeJob } from "../jobs/resume-job.ts";
import { startSequence } from "../jobs/start-sequence.ts";
import { stopJob } from "../jobs/stop-job.ts";
import { watchJob } from "../jobs/watch-job.ts";
import { checkedStep } from "./checked-step.ts";
import { implementer } from "./implementer.ts";
import { withWireErrors } from "./wire-error.ts";
import type { Workbench } from "./workbench.ts";

/** Often enough to look alive, seldom enough to cost nothing beside the work. */
const WATCH_INTERVAL_MS = 150;
/** A job between two slabs of a large tensor needs a moment to put down its journal; one that takes longer is stuck. */
const STOP_GRACE_MS = 10_000;

export const job = {
  list: implementer.job.list.handler(({ context: { workbench } }) => {
    reapInterrupted({ store: workbench.store, clock: workbench.clock, home: workbench.home.root });
    return workbench.store.jobs.list();
  }),
  get: implementer.job.get.handler(({ input, context: { workbench } }) => find(workbench, input.id)),
  watch: implementer.job.watch.handler(({ input, context: { workbench }, signal }) => {
    const { id } = find(workbench, input.id);
    return withWireErrors(watchJob({ store: workbench.store, clock: workbench.clock, home: workbench.home.root, id, signal: signal ?? new AbortController().signal, intervalMs: WATCH_INTERVAL_MS }));
  }),
  cancel: implementer.job.cancel.handler(({ input, context: { workbench } }) => stop(workbench, input.id, "cancelled")),
  pause: implementer.job.pause.handler(({ input, context: { workbench } }) => stop(workbench, input.id, "paused")),
  resume: implementer.job.resume.handler(({ input, context: { workbench } }) =>
    resumeJob({ store: workbench.store, clock: workbench.clock, entry: workbench.jobEntry, home: workbench.home.root, id: currentStep(workbench.store, find(workbench, input.id)).id })),
  remove: implementer.job.remove.handler(({ input, context: { workbench } }) => {
    const { store, home } = workbench;
    const removed = find(workbench, input.id);
    removeJob({ store, home: home.root, job: removed, leftovers: leftoversOf(workbench, removed) });
    store.audit.append("job.remove", removed.id, { kind: removed.kind, state: removed.state });
    return removed;
  }),
  startSequence: implementer.job.startSequence.handler(async ({ input, context: { workbench } }) => {
    const steps = [];
    for (const [index, step] of input.steps.entries()) steps.push(await checkedStep(workbench, step, index));
    return startSequence({ store: workbench.store, clock: workbench.clock, entry: workbench.jobEntry, home: workbench.home.root, steps });
  }),
  log: implementer.job.log.handler(({ input, context: { workbench } }) => logTail(jobDirectory(workbench.home.root, find(workbench, input.id).id).log)),
};

/** The job a reference names, with the death of its process noticed first. */
function find(workbench: Workbench, reference: string): Job {
  reapInterrupted({ store: workbench.store, clock: workbench.clock, home: workbench.home.root });
  return workbench.store.jobs.resolve(reference);
}

function stop(workbench: Workbench, reference: string, as: "cancelled" | "paused"): Promise<Job> {
  const { store, clock } = workbench;
  return stopJob({ store, clock, id: currentStep(store, find(workbench, reference)).id, as, graceMs: STOP_GRACE_MS });
}

/** Imports and packages are made under the job's own id: what no model has is nobody's. */
function leftoversOf({ home, store }: Workbench, { id }: Job): string[] {
  const used = new Set(store.models.list().map(({ directory }) => directory));
  return [home.checkpoints, home.packages].flatMap((root) => [join(root, id), join(root, `${id}.partial`)]).filter((directory) => !used.has(directory));
}
