import { readFileSync } from "node:fs";
import type { Job } from "../../shared/schemas/job.ts";
import { exitOf } from "./process-exits.ts";

/** How long a job may be queued before the process that queued it has written down whom it started. */
const START_GRACE_MS = 20_000;

/** Whether a process works on this job or is about to. */
export function isJobAlive(job: Job, nowMs: number): boolean {
  if (job.state !== "queued" && job.state !== "running") return false;
  if (job.pid === null) return job.state === "queued" && nowMs - Date.parse(job.startedAt ?? job.createdAt) < START_GRACE_MS;
  const exit = exitOf(job.id, job.pid);
  return exit === undefined ? isProcessOf(job.pid, job.id) : exit === null;
}

/** A process number is used again after a while, by anyone: where the system shows command lines, it must be the job's own. */
function isProcessOf(pid: number, jobId: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody has that number, perhaps not us.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  try {
    // A zombie has an empty one.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(jobId);
  } catch (error) {
    // On Linux it went in this very moment; elsewhere there is nothing to read, and the number has to do.
    return process.platform !== "linux" || (error as NodeJS.ErrnoException).code === "EACCES";
  }
}
