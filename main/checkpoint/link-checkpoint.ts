import { join } from "node:path";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";

/**
 * Hard links of every file of the checkpoint in the directory `to` (made if missing); what an earlier call left there is linked anew. A link has the bytes of its
 * source: who replaces the source's file leaves them alone, who writes into it writes into both.
 * @throws files.linkImpossible; the signal's reason when aborted
 */
export async function linkCheckpoint(files: Files, checkpoint: Checkpoint, to: string, signal: AbortSignal): Promise<void> {
  await files.makeDirectory(to);
  for (const { path } of checkpoint.files) {
    signal.throwIfAborted();
    await files.remove(join(to, path));
    await files.link(join(checkpoint.directory, path), join(to, path));
  }
}
