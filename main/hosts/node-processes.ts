import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { ProcessMark, ProcessTable } from "../domain/process-table.ts";

/** The operating system's processes. */
export function createNodeProcesses(): ProcessTable {
  return {
    self: () => ({ pid: process.pid, host: hostname(), started: startOf(process.pid)?.started ?? null }),
    state: (mark) => (mark.host !== hostname() ? "elsewhere" : isAlive(mark) ? "alive" : "gone"),
  };
}

function isAlive({ pid, started }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's, so there is one.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const found = startOf(pid);
  // Elsewhere than on Linux the number has to do.
  if (found === null) return process.platform !== "linux";
  // A zombie has ended; its parent has not asked yet.
  return found.state !== "Z" && found.state !== "X" && (started === null || found.started === started);
}

/** State, and the boot with the clock tick in it at which the process began; null where there is no /proc, or no such process. */
function startOf(pid: number): { readonly state: string; readonly started: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // A program's name may hold anything, spaces and brackets too; the fields go on behind the last bracket, with the third.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()}:${fields[19]}` };
  } catch {
    return null;
  }
}
