import type { Job } from "../../shared/schemas/job.ts";
import { cancelJob } from "../jobs/cancel-job.ts";
import { jobDirectory } from "../jobs/job-directory.ts";
import { logTail } from "../jobs/log-tail.ts";
import { reapInterrupted } from "../jobs/reap-interrupted.ts";
import { resumeJob } from "../jobs/resume-job.ts";
import { watchJob } from "../jobs/watch-job.ts";
import { implementer } from "./implementer.ts";
import { withWireErrors } from "./wire-error.ts";
import type { Workbench } from "./workbench.ts";

/** Often enough to look alive, seldom enough to cost nothing beside the work. */
const WATCH_INTERVAL_MS = 150;
/** A job between two slabs of a large tensor needs a moment to put down its journal; one that takes longer is stuck. */
const CANCEL_GRACE_MS = 10_000;

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
  cancel: implementer.job.cancel.handler(({ input, context: { workbench } }) =>
    cancelJob({ store: workbench.store, clock: workbench.clock, id: find(workbench, input.id).id, graceMs: CANCEL_GRACE_MS })),
  resume: implementer.job.resume.handler(({ input, context: { workbench } }) =>
    resumeJob({ store: workbench.store, clock: workbench.clock, entry: workbench.jobEntry, home: workbench.home.root, id: find(workbench, input.id).id })),
  log: implementer.job.log.handler(({ input, context: { workbench } }) => logTail(jobDirectory(workbench.home.root, find(workbench, input.id).id).log)),
};

/** The job a reference names, with the death of its process noticed first. */
function find(workbench: Workbench, reference: string): Job {
  reapInterrupted({ store: workbench.store, clock: workbench.clock, home: workbench.home.root });
  return workbench.store.jobs.resolve(reference);
}
