import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { readAhead } from "./read-ahead.ts";

/** Three of them a file: large enough that a disk is read in strides, small enough that a hash finds its bytes in the cache. */
const BUFFER_BYTES = 2 ** 20;
/** Of a blob that is not whole yet. No layer may have such a name. */
export const PARTIAL_ENDING = ".part";

export interface BlobExpectation {
  readonly bytes: number;
  /** Hex SHA-256. */
  readonly sha256: string;
}

/** What moving bytes needs of the job around it. */
export interface BlobTraffic {
  readonly files: Files;
  readonly signal: AbortSignal;
  /** Bytes dealt with; negative when a part turned out to be worthless and is done again. */
  onBytes(bytes: number): void;
}

/** Hashes a file and compares. @throws bundle.blobMissing, bundle.blobSizeMismatch, bundle.blobChanged, bundle.entryRefused */
export async function verifyBlob(traffic: BlobTraffic, file: string, expected: BlobExpectation): Promise<void> {
  await readBlob(traffic, file, expected, async () => {});
}

/**
 * Copies while hashing: what was written is what was hashed. Written beside under a temporary name, synced, renamed. A target that is already there
 * whole (an interrupted job's) is hashed instead of copied, and copied again if it differs.
 */
export async function transferBlob(traffic: BlobTraffic, from: string, to: string, expected: BlobExpectation): Promise<void> {
  const { files } = traffic;
  if (await isWhole(traffic, to, expected)) return;
  await files.remove(to);
  await files.makeDirectory(path.dirname(to));
  const temporary = `${to}${PARTIAL_ENDING}`;
  await files.remove(temporary);
  try {
    const target = await files.openForWriting(temporary, expected.bytes);
    try {
      await readBlob(traffic, from, expected, (part, offset) => target.write(part, offset));
      await target.sync();
    } finally {
      await target.close();
    }
    await files.rename(temporary, to);
  } catch (error) {
    // The first failure is the one to report; what a dead disk keeps is cleared by the next attempt.
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
}

async function isWhole({ files, signal, onBytes }: BlobTraffic, file: string, expected: BlobExpectation): Promise<boolean> {
  const present = await files.status(file);
  if (present?.kind !== "file" || present.bytes !== expected.bytes) return false;
  let counted = 0;
  const count = (bytes: number): void => {
    counted += bytes;
    onBytes(bytes);
  };
  try {
    await verifyBlob({ files, signal, onBytes: count }, file, expected);
    return true;
  } catch (error) {
    // Changed, or no longer readable: either way it is copied again.
    if (!(error instanceof WorkbenchError) || (error.code !== "bundle.blobChanged" && error.code !== "files.readFailed")) throw error;
    onBytes(-counted);
    return false;
  }
}

async function readBlob({ files, signal, onBytes }: BlobTraffic, file: string, expected: BlobExpectation, use: (part: Uint8Array, offset: number) => Promise<void>): Promise<void> {
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("bundle.blobMissing", { file, digest: `sha256:${expected.sha256}` });
  if (status.kind !== "file") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status.kind}, not a file` });
  if (status.bytes !== expected.bytes) throw new WorkbenchError("bundle.blobSizeMismatch", { file, expectedBytes: expected.bytes, foundBytes: status.bytes });
  const found = await readThrough({ files, signal, onBytes }, file, expected.bytes, use);
  if (found !== expected.sha256) throw new WorkbenchError("bundle.blobChanged", { file, expected: `sha256:${expected.sha256}`, found: `sha256:${found}` });
}

/**
 * Reads the first `bytes` of a file in order and hands each part on; the next part is read while this one is hashed, and hashed while this one is written.
 * @returns their SHA-256 in hex
 */
export async function readThrough({ files, signal, onBytes }: BlobTraffic, file: string, bytes: number, use: (part: Uint8Array, offset: number) => Promise<void>): Promise<string> {
  signal.throwIfAborted();
  const source = await files.open(file);
  try {
    const hash = createHash("sha256");
    const bufferBytes = Math.min(BUFFER_BYTES, bytes);
    const read = async (offset: number, buffer: Uint8Array): Promise<Uint8Array> => {
      signal.throwIfAborted();
      const part = buffer.subarray(0, Math.min(bufferBytes, bytes - offset));
      await source.read(part, offset);
      return part;
    };
    await readAhead(offsets(bytes, bufferBytes), bufferBytes, read, async (part, offset) => {
      hash.update(part);
      await use(part, offset);
      onBytes(part.length);
    });
    return hash.digest("hex");
  } finally {
    await source.close();
  }
}

function* offsets(bytes: number, step: number): Generator<number> {
  for (let offset = 0; offset < bytes; offset += step) yield offset;
}
