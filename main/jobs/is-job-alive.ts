import { readFileSync } from "node:fs";
import type { Job } from "../../shared/schemas/job.ts";

/** How long a process may take from being started to marking itself running. */
const START_GRACE_MS = 20_000;

/** Whether a process still works on this job. A queued job has none yet; for a while it is given the benefit of the doubt. */
export function isJobAlive(job: Job, nowMs: number): boolean {
  if (job.state === "queued") return nowMs - Date.parse(job.startedAt ?? job.createdAt) < START_GRACE_MS;
  return job.state === "running" && job.pid !== null && isProcessOf(job.pid, job.id);
}

/** A process number is used again after a while: where the system shows command lines, it must be the job's own. */
function isProcessOf(pid: number, jobId: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    // A zombie has an empty one.
    return commandLine.includes(jobId);
  } catch {
    return true;
  }
}
