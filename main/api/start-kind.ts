import { isAbsolute } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Job, JobKind } from "../../shared/schemas/job.ts";
import type { JobRequest } from "../../shared/schemas/job-requests.ts";
import { startJob } from "../jobs/start-job.ts";
import type { Workbench } from "./workbench.ts";

/** Starts the process of one job and answers with the job as it stands. */
export function startKind<K extends JobKind>(workbench: Workbench, kind: K, request: JobRequest<K>): Job {
  return startJob({ store: workbench.store, clock: workbench.clock, entry: workbench.jobEntry, home: workbench.home.root, kind, request: request as Record<string, unknown> });
}

/** A path in a request is absolute: the caller's working directory is not ours. */
export function requireAbsolute(field: string, path: string): string {
  if (!isAbsolute(path)) throw new WorkbenchError("usage.invalid", { reason: `${field} must be an absolute path, and is "${path}"` });
  return path;
}
