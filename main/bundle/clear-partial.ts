import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";

/** What an interrupted run may have left: paths below the partial directory, with forward slashes, and their lengths. */
export type WantedFiles = ReadonlyMap<string, number>;

/**
 * Prepares `partial` for a run: what an earlier one left and this one can use stays, everything else goes (half-written files, other versions, links).
 * Then asks for the space still needed.
 * @param sources directories the run reads from; clearing must never reach them
 * @throws bundle.targetExists when one of `sources` lies in `partial`; files.noSpace
 */
export async function clearPartial(files: Files, partial: string, sources: readonly string[], wanted: WantedFiles): Promise<void> {
  const status = await files.status(partial);
  // Followed, a link here would have us clear a directory that is not ours.
  if (status !== undefined && status.kind !== "directory") await files.remove(partial);
  await files.makeDirectory(partial);
  const outside = await files.realPath(partial);
  for (const source of sources) {
    const inside = await files.realPath(source);
    if (inside === outside || inside.startsWith(outside + path.sep)) throw new WorkbenchError("bundle.targetExists", { file: partial });
  }
  const presentBytes = await clear(files, partial, "", wanted, directoriesOf(wanted));
  const neededBytes = [...wanted.values()].reduce((sum, bytes) => sum + bytes, 0) - presentBytes;
  const freeBytes = await files.freeBytes(partial);
  if (freeBytes < neededBytes) throw new WorkbenchError("files.noSpace", { file: partial, neededBytes, freeBytes });
}

/** @returns the bytes that stayed */
async function clear(files: Files, partial: string, folder: string, wanted: WantedFiles, directories: ReadonlySet<string>): Promise<number> {
  let presentBytes = 0;
  for (const name of await files.list(path.join(partial, folder))) {
    const inner = folder === "" ? name : `${folder}/${name}`;
    const file = path.join(partial, inner);
    const status = await files.status(file);
    if (status?.kind === "directory" && directories.has(inner)) presentBytes += await clear(files, partial, inner, wanted, directories);
    else if (status?.kind === "file" && wanted.get(inner) === status.bytes) presentBytes += status.bytes;
    else await files.remove(file);
  }
  return presentBytes;
}

function directoriesOf(wanted: WantedFiles): Set<string> {
  const directories = new Set<string>();
  for (const file of wanted.keys()) for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1)) directories.add(file.slice(0, at));
  return directories;
}
