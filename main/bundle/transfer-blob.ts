import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";

const BUFFER_BYTES = 8 * 2 ** 20;

export interface BlobExpectation {
  readonly bytes: number;
  /** Hex SHA-256. */
  readonly sha256: string;
}

/** What moving bytes needs of the job around it. */
export interface BlobTraffic {
  readonly files: Files;
  readonly signal: AbortSignal;
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
  const present = await files.status(to);
  if (present?.kind === "file" && present.bytes === expected.bytes && (await isWhole(traffic, to, expected))) return;
  await files.remove(to);
  await files.makeDirectory(path.dirname(to));
  const temporary = `${to}.part`;
  await files.remove(temporary);
  const target = await files.openForWriting(temporary, expected.bytes);
  try {
    await readBlob(traffic, from, expected, (part, offset) => target.write(part, offset));
    await target.sync();
    await target.close();
  } catch (error) {
    await target.close();
    await files.remove(temporary);
    throw error;
  }
  await files.rename(temporary, to);
}

async function isWhole(traffic: BlobTraffic, file: string, expected: BlobExpectation): Promise<boolean> {
  try {
    await verifyBlob(traffic, file, expected);
    return true;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "bundle.blobChanged") return false;
    throw error;
  }
}

async function readBlob({ files, signal, onBytes }: BlobTraffic, file: string, expected: BlobExpectation, use: (part: Uint8Array, offset: number) => Promise<void>): Promise<void> {
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("bundle.blobMissing", { file, digest: `sha256:${expected.sha256}` });
  if (status.kind !== "file") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status.kind}, not a file` });
  if (status.bytes !== expected.bytes) throw new WorkbenchError("bundle.blobSizeMismatch", { file, expectedBytes: expected.bytes, foundBytes: status.bytes });
  const source = await files.open(file);
  try {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(Math.min(BUFFER_BYTES, expected.bytes));
    for (let done = 0; done < expected.bytes; ) {
      signal.throwIfAborted();
      const part = buffer.subarray(0, Math.min(buffer.length, expected.bytes - done));
      await source.read(part, done);
      hash.update(part);
      await use(part, done);
      done += part.length;
      onBytes(part.length);
    }
    const found = hash.digest("hex");
    if (found !== expected.sha256) throw new WorkbenchError("bundle.blobChanged", { file, expected: `sha256:${expected.sha256}`, found: `sha256:${found}` });
  } finally {
    await source.close();
  }
}
