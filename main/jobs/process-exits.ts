import type { ChildProcess } from "node:child_process";

export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/**
 * Job processes that this process is the parent of: only a parent learns how a process ended. By job; a resume replaces the entry. What stays
 * of an ended one is two small values.
 */
const processes = new Map<string, { readonly pid: number; exit: ProcessExit | null }>();

export function noteJobProcess(jobId: string, child: ChildProcess, pid: number): void {
  const entry: { pid: number; exit: ProcessExit | null } = { pid, exit: null };
  processes.set(jobId, entry);
  child.once("exit", (exitCode, signal) => {
    entry.exit = { exitCode, signal };
  });
}

/** How the job's process ended; null while it lives; undefined when it is not a child of this process. */
export function exitOf(jobId: string, pid: number | null): ProcessExit | null | undefined {
  const entry = processes.get(jobId);
  return entry === undefined || entry.pid !== pid ? undefined : entry.exit;
}
