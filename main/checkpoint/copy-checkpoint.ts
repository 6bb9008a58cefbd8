import { createHash } from "node:crypto";
import { join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Checkpoint, CheckpointFile, ExpectedDigests, HashedFile } from "../domain/checkpoint.ts";
import type { Files, ReadableFile } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { CHUNK_BYTES, chunkBuffers, readSequentially } from "./read-sequentially.ts";
import { requireExpected } from "./require-expected.ts";
import { openUnchanged, type UnchangedFile } from "./unchanged-file.ts";

interface CopyContext {
  readonly files: Files;
  readonly from: string;
  readonly to: string;
  readonly buffers: readonly [Uint8Array, Uint8Array];
  /** Room for the copy's bytes while they are compared. */
  readonly comparison: Uint8Array;
  readonly signal: AbortSignal;
  readonly expected: ExpectedDigests | null;
  advance(bytes: number): void;
}

/**
 * Copies every file of the checkpoint into the directory `to` (made if missing) and hashes it in the same pass. Reports step "copy" in bytes.
 *
 * Each file is written as `<name>.partial`, synced and renamed, so that a final name always means a whole file. A later call goes on where one ended: a file
 * already in place is compared byte by byte with its source while that is hashed, never believed by its length, and copied anew when it differs; a partial
 * file is written anew from its start, in place.
 * @param expected compared before a file gets its final name
 * @throws checkpoint.checksumWrong; files.noSpace (before a file is begun, when it is known not to fit), checkpoint.changedDuringRead; the signal's reason when aborted
 */
export async function copyCheckpoint(files: Files, checkpoint: Checkpoint, to: string, onProgress: OnProgress, signal: AbortSignal, expected: ExpectedDigests | null = null): Promise<HashedFile[]> {
  const total = checkpoint.files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const context: CopyContext = {
    files, from: checkpoint.directory, to, signal, expected, buffers: chunkBuffers(), comparison: new Uint8Array(CHUNK_BYTES),
    advance(bytes) {
      done += bytes;
      onProgress({ step: "copy", done, total, unit: "bytes" });
    },
  };
  context.advance(0);
  await files.makeDirectory(to);
  const copied: HashedFile[] = [];
  for (const file of checkpoint.files) {
    signal.throwIfAborted();
    copied.push((await hashIfEqual(context, file)) ?? (await copyFile(context, file)));
  }
  return copied;
}

/** The file with its digest when `to` holds the same bytes already; undefined when it does not. */
async function hashIfEqual(context: CopyContext, listed: CheckpointFile): Promise<HashedFile | undefined> {
  const { files, signal, comparison, buffers } = context;
  const path = join(context.to, listed.path);
  const status = await files.status(path);
  if (status === undefined) return undefined;
  if (status.kind !== "file") throw new WorkbenchError("files.alreadyExists", { file: path });
  if (status.bytes !== listed.bytes) return undefined;
  const hash = createHash("sha256");
  let counted = 0;
  const source = await openUnchanged(files, context.from, listed);
  try {
    const copy = await files.open(path);
    try {
      await readSequentially(source, buffers, async (chunk, offset) => {
        const arrived = readPart(copy, comparison, chunk.byteLength, offset);
        hash.update(chunk);
        if (Buffer.compare(chunk, await arrived) !== 0) throw DIFFERENT;
        counted += chunk.byteLength;
        context.advance(chunk.byteLength);
      }, signal);
    } finally {
      await copy.close();
    }
  } catch (thrown) {
    if (thrown !== DIFFERENT) throw thrown;
    context.advance(-counted);
    return undefined;
  } finally {
    await source.close();
  }
  return requireExpected(context.expected, { ...listed, sha256: hash.digest("hex") });
}

/** Ends the comparison; never leaves this file. */
const DIFFERENT = new Error("the copy differs");

async function readPart(file: ReadableFile, buffer: Uint8Array, bytes: number, offset: number): Promise<Uint8Array> {
  const part = buffer.subarray(0, bytes);
  await file.read(part, offset);
  return part;
}

async function copyFile(context: CopyContext, listed: CheckpointFile): Promise<HashedFile> {
  const { files, to } = context;
  const partial = join(to, `${listed.path}.partial`);
  const source = await openUnchanged(files, context.from, listed);
  try {
    const copied = requireExpected(context.expected, { ...listed, sha256: await writeHashed(context, source, partial) });
    await files.rename(partial, join(to, listed.path));
    return copied;
  } catch (error) {
    // What stopped the copy is the news; that the partial file could not be removed as well is not.
    await files.remove(partial).catch(() => undefined);
    throw error;
  } finally {
    await source.close();
  }
}

async function writeHashed(context: CopyContext, source: UnchangedFile, partial: string): Promise<string> {
  const hash = createHash("sha256");
  const target = await context.files.openForWriting(partial, source.bytes);
  try {
    await readSequentially(source, context.buffers, async (chunk, offset) => {
      const written = target.write(chunk, offset);
      hash.update(chunk);
      await written;
      context.advance(chunk.byteLength);
    }, context.signal);
    await target.sync();
  } finally {
    await target.close();
  }
  return hash.digest("hex");
}
