import type { Job, JobKind } from "../../shared/schemas/job.ts";
import type { JobRequest } from "../../shared/schemas/job-requests.ts";
import { startJob } from "../jobs/start-job.ts";
import { pinRequest } from "./pin-request.ts";
import type { Workbench } from "./workbench.ts";

/** Starts the process of one job and answers with the job as it stands. @throws as pinRequest */
export async function startKind<K extends JobKind>(workbench: Workbench, kind: K, request: JobRequest<K>): Promise<Job> {
  const { store, clock, jobEntry: entry, home } = workbench;
  return startJob({ store, clock, entry, home: home.root, kind, request: await pinRequest(workbench, kind, request) });
}
