import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { Store } from "../store/open-store.ts";
import { diskError } from "./disk-error.ts";
import { jobDirectory } from "./job-directory.ts";
import { noteJobProcess } from "./process-exits.ts";

export interface SpawnJob {
  readonly store: Store;
  /** Module that the process runs, with HOME and ID as its arguments. */
  readonly entry: string;
  readonly home: string;
  readonly id: string;
}

/**
 * Starts a queued job's process in a session of its own: closing the terminal or Ctrl-C there does not reach it. What it prints goes to its log.
 * The process marks itself running. A job whose process cannot be started has failed.
 * @throws files.noSpace, files.notPermitted, files.readFailed, job.crashed
 */
export function spawnJob({ store, entry, home, id }: SpawnJob): Job {
  try {
    store.jobs.assign(id, spawnProcess(entry, home, id));
  } catch (thrown) {
    const error = diskError(thrown, jobDirectory(home, id).directory, "start a job");
    store.jobs.fail(id, error.toRecord());
    throw error;
  }
  return store.jobs.find(id) as Job;
}

/** @returns the process's number */
function spawnProcess(entry: string, home: string, id: string): number {
  const { directory, log } = jobDirectory(home, id);
  mkdirSync(directory, { recursive: true });
  const descriptor = openSync(log, "a", 0o600);
  try {
    const child = spawn(process.execPath, [entry, home, id], { detached: true, stdio: ["ignore", descriptor, descriptor], windowsHide: true });
    // Said again as an event, which would end this process if nobody listened.
    child.on("error", () => {});
    child.unref();
    if (child.pid === undefined) throw new WorkbenchError("job.crashed", { id, exitCode: null, signal: null, log: `${process.execPath} could not be started` });
    noteJobProcess(id, child, child.pid);
    return child.pid;
  } finally {
    closeSync(descriptor);
  }
}
