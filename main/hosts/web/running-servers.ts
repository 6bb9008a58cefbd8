import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const Note = z.object({ pid: z.int().min(1), url: z.url({ protocol: /^http$/ }) });

/** Tells other processes where this one serves. @returns how to take it back */
export async function noteServer(directory: string, url: string): Promise<() => Promise<void>> {
  const file = join(directory, `${process.pid}.json`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 });
  return () => rm(file, { force: true });
}

/** Addresses of the servers that noted themselves and whose process lives; notes of killed ones are removed. */
export async function runningServers(directory: string): Promise<string[]> {
  const urls: string[] = [];
  for (const name of (await readdir(directory).catch(() => [])).sort()) {
    const file = join(directory, name);
    const note = Note.safeParse(await readFile(file, "utf8").then(JSON.parse).catch(() => null));
    if (note.success && isAlive(note.data.pid)) urls.push(note.data.url);
    else await rm(file, { force: true });
  }
  return urls;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Another user's process of that number is not our server.
    return false;
  }
}
