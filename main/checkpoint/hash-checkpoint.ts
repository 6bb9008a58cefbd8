import { createHash } from "node:crypto";
import type { Checkpoint, ExpectedDigests, HashedFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { chunkBuffers, readSequentially } from "./read-sequentially.ts";
import { requireExpected } from "./require-expected.ts";
import { openUnchanged } from "./unchanged-file.ts";

/**
 * SHA-256 of every file of the checkpoint, in the order of `checkpoint.files`. Reports step "hash" in bytes.
 * @param expected compared file by file, so that a wrong one ends it at once
 * @throws checkpoint.changedDuringRead, checkpoint.checksumWrong; the signal's reason when aborted
 */
export async function hashCheckpoint(files: Files, checkpoint: Checkpoint, onProgress: OnProgress, signal: AbortSignal, expected: ExpectedDigests | null = null): Promise<HashedFile[]> {
  const total = checkpoint.files.reduce((sum, file) => sum + file.bytes, 0);
  const buffers = chunkBuffers();
  const hashed: HashedFile[] = [];
  let done = 0;
  onProgress({ step: "hash", done, total, unit: "bytes" });
  for (const listed of checkpoint.files) {
    signal.throwIfAborted();
    const hash = createHash("sha256");
    const file = await openUnchanged(files, checkpoint.directory, listed);
    try {
      await readSequentially(file, buffers, (chunk) => {
        hash.update(chunk);
        done += chunk.byteLength;
        onProgress({ step: "hash", done, total, unit: "bytes" });
      }, signal);
    } finally {
      await file.close();
    }
    hashed.push(requireExpected(expected, { ...listed, sha256: hash.digest("hex") }));
  }
  return hashed;
}

/**
 * One digest for a set of files: SHA-256 over the lines that `sha256sum` would print (`<hex>  <path>\n`), sorted, so that the shell can check it:
 * `sha256sum * | LC_ALL=C sort | sha256sum`.
 */
export function checkpointDigest(files: readonly HashedFile[]): string {
  const lines = files.map(({ sha256, path }) => Buffer.from(`${sha256}  ${path}\n`, "utf8")).sort(Buffer.compare);
  return createHash("sha256").update(Buffer.concat(lines)).digest("hex");
}
