import { join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { CheckpointFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";

/** A file of an opened checkpoint, read in the belief that it is still the one that was checked. */
export interface UnchangedFile {
  readonly bytes: number;
  /** @throws checkpoint.changedDuringRead when the file has become shorter */
  read(into: Uint8Array, offset: number): Promise<void>;
  /** Compares length and time of change with those found on opening. @throws checkpoint.changedDuringRead */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/** @throws checkpoint.changedDuringRead when the length is no longer the one the checkpoint was opened with */
export async function openUnchanged(files: Files, directory: string, file: CheckpointFile): Promise<UnchangedFile> {
  const changed = (): WorkbenchError => new WorkbenchError("checkpoint.changedDuringRead", { file: file.path });
  // Status is asked of the target: a link's own length and time say nothing about what is behind it.
  const path = await files.realPath(join(directory, file.path));
  const before = await files.status(path);
  const open = await files.open(path);
  if (open.bytes !== file.bytes || before?.bytes !== file.bytes) {
    await open.close();
    throw changed();
  }
  const verify = async (): Promise<void> => {
    const now = await files.status(path);
    if (now === undefined || now.bytes !== before.bytes || now.modifiedMs !== before.modifiedMs) throw changed();
  };
  return {
    bytes: open.bytes,
    verify,
    close: () => open.close(),
    async read(into, offset) {
      try {
        await open.read(into, offset);
      } catch (error) {
        await verify();
        throw error;
      }
    },
  };
}
