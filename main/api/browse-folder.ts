import { dirname, join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { FolderEntry, FolderListing, Recognised } from "../../shared/schemas/folder.ts";
import type { FileStatus, Files } from "../domain/files.ts";
import { recogniseFile, recogniseFolder } from "../pipeline/recognise-path.ts";

/** Nobody reads on; a folder of a million files must not become a page of a million rows. */
const MAX_ENTRIES = 5000;
/** Looking into every folder of a slow network drive takes minutes; the names are shown meanwhile. */
const EXAMINE_MS = 1500;
const EXAMINED_AT_ONCE = 16;
/** The kernel's own trees hold no models, and reading some of their files does things. */
const KERNEL_TREES = /^\/(proc|sys|dev)(\/|$)/;

const inCountingOrder = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

interface Found {
  readonly name: string;
  readonly path: string;
  readonly kind: FolderEntry["kind"];
  readonly status: FileStatus;
}

/** @throws files.notFound, files.notADirectory, files.notPermitted, files.readFailed */
export async function browseFolder(files: Files, path: string, show: "folders" | "foldersAndFiles"): Promise<FolderListing> {
  const folder = await realFolder(files, path);
  const names = await files.list(folder);
  const shown = names.filter((name) => !name.startsWith(".")).sort(inCountingOrder.compare);
  const found = (await mapInTurns(shown.slice(0, MAX_ENTRIES), (name) => find(files, folder, name))).filter((one) => one !== null);
  const deadline = performance.now() + EXAMINE_MS;
  const entries: FolderEntry[] = [];
  let unexaminedCount = 0;
  await mapInTurns(found, async (one, at) => {
    const isLate = performance.now() > deadline;
    if (isLate) unexaminedCount++;
    entries[at] = isLate ? entryOf(one, null, true) : await examine(files, one);
  });
  const parent = dirname(folder);
  return {
    path: folder, parent: parent === folder ? null : parent, holds: await recogniseFolder(files, folder),
    entries: ["folder", "file"].flatMap((kind) => entries.filter((entry) => entry.kind === kind && (kind === "folder" || show === "foldersAndFiles" || entry.holds !== null))),
    hiddenCount: names.length - shown.length, leftOutCount: Math.max(0, shown.length - MAX_ENTRIES), unexaminedCount,
  };
}

async function realFolder(files: Files, path: string): Promise<string> {
  // Node refuses it too, with an error of its own.
  if (path.includes("\0")) throw new WorkbenchError("files.notFound", { file: path });
  if ((await files.status(path)) === undefined) throw new WorkbenchError("files.notFound", { file: path });
  const real = await files.realPath(path);
  if (KERNEL_TREES.test(real)) throw new WorkbenchError("files.notPermitted", { file: real, operation: "browse" });
  if ((await files.status(real))?.kind !== "directory") throw new WorkbenchError("files.notADirectory", { file: real });
  return real;
}

/** null: gone meanwhile, a link that leads nowhere, or neither folder nor file. */
async function find(files: Files, folder: string, name: string): Promise<Found | null> {
  const path = join(folder, name);
  try {
    let status = await files.status(path);
    if (status?.kind === "link") status = await files.status(await files.realPath(path));
    if (status?.kind !== "directory" && status?.kind !== "file") return null;
    return { name, path, kind: status.kind === "directory" ? "folder" : "file", status };
  } catch {
    return null;
  }
}

async function examine(files: Files, one: Found): Promise<FolderEntry> {
  try {
    const holds = one.kind === "folder" ? await recogniseFolder(files, one.path) : await recogniseFile(files, one.path, one.status.bytes);
    return entryOf(one, holds, true);
  } catch {
    return entryOf(one, null, false);
  }
}

function entryOf({ name, kind, status }: Found, holds: Recognised | null, readable: boolean): FolderEntry {
  return { name, kind, holds, readable, bytes: kind === "file" ? status.bytes : null, modifiedAt: new Date(status.modifiedMs).toISOString() };
}

/** Keeps order; several at once, because each waits for the disk. */
async function mapInTurns<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T, at);
  };
  await Promise.all(Array.from({ length: EXAMINED_AT_ONCE }, lane));
  return results;
}
