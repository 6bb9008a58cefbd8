import path from "node:path";
import type { Files } from "../domain/files.ts";

/** The end of the name of what a cancelled compile keeps for the next. A running one ends in ".partial-" and its process. */
export const STOPPED_COMPILE = ".stopped";

/** What a cancelled or killed process left of the same form becomes `partial`; what it left of others goes. */
export async function adoptAbandoned(files: Files, ofModel: string, directory: string, partial: string): Promise<void> {
  for (const name of await files.list(ofModel)) {
    const left = path.join(ofModel, name);
    const pid = /\.partial-(\d+)$/.exec(name)?.[1];
    if (!name.endsWith(STOPPED_COMPILE) && (pid === undefined || isAlive(Number(pid)))) continue;
    if (left.startsWith(`${directory}.`) && (await files.status(partial)) === undefined) await files.rename(left, partial);
    else await files.remove(left);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
