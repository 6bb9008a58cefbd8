import { join } from "node:path";
import type { Place } from "../../shared/schemas/folder.ts";
import type { Files } from "../domain/files.ts";
import type { Workbench } from "./workbench.ts";

/** Where Linux and macOS hang removable and other drives; the folders inside are the drives, or a user's folder of them. */
const MEDIA = ["/media", "/run/media", "/mnt", "/Volumes"];
const DRIVE_LETTERS = [..."CDEFGHIJKLMNOPQRSTUVWXYZAB"].map((letter) => `${letter}:\\`);
/** A list to choose from; a server with hundreds of mounts is browsed from its root. */
const MAX_DRIVES = 32;

/** Where a person may begin to look for a file. */
export async function listPlaces({ files, host, home }: Pick<Workbench, "files" | "host" | "home">): Promise<Place[]> {
  const isWindows = host.env("SystemDrive") !== undefined;
  const userHome = host.env(isWindows ? "USERPROFILE" : "HOME");
  const drives = isWindows ? DRIVE_LETTERS : ["/", ...(await mediaFolders(files, host.env("USER")))];
  const present = await Promise.all(drives.map(async (path) => ((await isFolder(files, path)) ? [{ kind: "drive" as const, path }] : [])));
  return [
    ...(userHome !== undefined && (await isFolder(files, userHome)) ? [{ kind: "home" as const, path: userHome }] : []),
    { kind: "workbench", path: home.root },
    ...present.flat().slice(0, MAX_DRIVES),
  ];
}

async function mediaFolders(files: Files, user: string | undefined): Promise<string[]> {
  const found: string[] = [];
  for (const directory of MEDIA) {
    for (const name of await namesIn(files, directory)) {
      const path = join(directory, name);
      // /media/ann and /run/media/ann hold Ann's drives; other people's cannot be read.
      if (name === user) found.push(...(await namesIn(files, path)).map((inner) => join(path, inner)));
      else found.push(path);
    }
  }
  return found;
}

async function namesIn(files: Files, directory: string): Promise<string[]> {
  return files.list(directory).then((names) => names.filter((name) => !name.startsWith(".")), () => []);
}

async function isFolder(files: Files, path: string): Promise<boolean> {
  return files.status(path).then((status) => status?.kind === "directory", () => false);
}
