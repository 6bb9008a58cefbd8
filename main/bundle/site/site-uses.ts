import { randomBytes } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { type SiteUse, VersionName } from "../../../shared/schemas/site-versions.ts";
import type { Files } from "../../domain/files.ts";
import type { ProcessTable } from "../../domain/process-table.ts";
import { RUNNING_DIRECTORY, versionOf } from "./site-layout.ts";

const Note = z.object({ pid: z.int(), host: z.string(), started: z.string().nullable(), version: VersionName, what: z.string().max(200) });

const MAX_NOTE_BYTES = 4096;

export interface UseContext {
  readonly files: Files;
  readonly processes: ProcessTable;
}

/**
 * Notes in a site that this process runs from one of its versions, so that installing can tell and pruning can spare it. A site that may not be written to
 * is run all the same.
 * @param directory a package's; nothing is noted unless it is a site's version
 * @returns how to take the note back
 */
export async function noteSiteUse({ files, processes }: UseContext, directory: string, what: string): Promise<() => Promise<void>> {
  const found = versionOf(directory);
  if (found === undefined) return async () => {};
  const mark = processes.self();
  const folder = path.join(found.site, RUNNING_DIRECTORY);
  const file = path.join(folder, `${mark.pid}-${randomBytes(4).toString("hex")}.json`);
  try {
    await files.makeDirectory(folder);
    await files.writeWhole(file, new TextEncoder().encode(`${JSON.stringify({ ...mark, version: found.version, what })}\n`));
  } catch {
    return async () => {};
  }
  return () => files.remove(file).catch(() => undefined);
}

/** Who runs from a site's versions, as far as they could note it. */
export async function siteUses({ files, processes }: UseContext, site: string): Promise<SiteUse[]> {
  const folder = path.join(site, RUNNING_DIRECTORY);
  if ((await files.status(folder))?.kind !== "directory") return [];
  const uses: SiteUse[] = [];
  for (const name of await files.list(folder)) {
    const note = await readNote(files, path.join(folder, name));
    const state = note === null ? "gone" : processes.state(note);
    if (note !== null && state !== "gone") uses.push({ version: note.version, pid: note.pid, host: note.host, what: note.what, state });
  }
  return uses;
}

async function readNote(files: Files, file: string): Promise<z.infer<typeof Note> | null> {
  try {
    return Note.safeParse(JSON.parse(new TextDecoder().decode(await files.readAll(file, MAX_NOTE_BYTES)))).data ?? null;
  } catch {
    return null;
  }
}
