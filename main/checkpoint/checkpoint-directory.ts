import { dirname, join, resolve, sep } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { CheckpointFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";

/** A directory whose files are looked at one by one, each checked to really lie in it. */
export interface CheckpointDirectory {
  /** Absolute. */
  readonly directory: string;
  /** Entries, sorted. */
  readonly names: readonly string[];
  /**
   * A regular file of the directory; undefined when there is none or its link leads nowhere (an interrupted download in a hub cache).
   * @throws checkpoint.linkEscapes when it is a link to a place outside; files.readFailed when it is neither file nor link (a pipe would block, a device never end)
   */
  file(name: string): Promise<CheckpointFile | undefined>;
}

/** @throws checkpoint.notFound, checkpoint.notADirectory */
export async function openCheckpointDirectory(files: Files, path: string): Promise<CheckpointDirectory> {
  const directory = resolve(path);
  if ((await files.status(directory)) === undefined) throw new WorkbenchError("checkpoint.notFound", { file: directory });
  const real = await files.realPath(directory);
  if ((await files.status(real))?.kind !== "directory") throw new WorkbenchError("checkpoint.notADirectory", { file: directory });
  const names = await files.list(real);
  const allowed = allowedRoots(real);
  return {
    directory,
    names,
    async file(name) {
      const absolute = join(directory, name);
      let status = await files.status(absolute);
      if (status?.kind === "link") {
        const target = await realPathOrNothing(files, absolute);
        if (target === undefined) return undefined;
        if (!allowed.some((root) => target.startsWith(root + sep))) throw new WorkbenchError("checkpoint.linkEscapes", { file: name, target });
        status = await files.status(target);
      }
      if (status === undefined) return undefined;
      if (status.kind !== "file") throw new WorkbenchError("files.readFailed", { file: absolute, reason: "not a regular file" });
      return { path: name, bytes: status.bytes };
    },
  };
}

/**
 * Links may lead to the directory itself and, in a hub cache, from `models--org--name/snapshots/<revision>` to the `blobs` of the same repository.
 */
function allowedRoots(directory: string): string[] {
  const snapshots = dirname(directory);
  const repository = dirname(snapshots);
  const isSnapshot = snapshots === join(repository, "snapshots") && /[\\/]models--[^\\/]+$/.test(repository);
  return isSnapshot ? [directory, join(repository, "blobs")] : [directory];
}

async function realPathOrNothing(files: Files, path: string): Promise<string | undefined> {
  try {
    return await files.realPath(path);
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "files.readFailed") return undefined;
    throw error;
  }
}
