import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { jobDirectory } from "./job-directory.ts";

export interface SpawnJob {
  /** Module that the process runs, with HOME and ID as its arguments. */
  readonly entry: string;
  readonly home: string;
  readonly id: string;
}

/**
 * Starts a job's process in a session of its own: closing the terminal or Ctrl-C there does not reach it. What it prints goes to its log.
 * The process marks itself running.
 */
export function spawnJob({ entry, home, id }: SpawnJob): void {
  const { directory, log } = jobDirectory(home, id);
  mkdirSync(directory, { recursive: true });
  const descriptor = openSync(log, "a", 0o600);
  try {
    const child = spawn(process.execPath, [entry, home, id], { detached: true, stdio: ["ignore", descriptor, descriptor], windowsHide: true });
    // A process that cannot be started is found dead by whoever watches; it must not be an unhandled event here.
    child.on("error", () => {});
    child.unref();
  } finally {
    closeSync(descriptor);
  }
}
