import { Worker } from "node:worker_threads";
import { type ErrorRecord, errorFromRecord } from "../../shared/errors.ts";
import { type BlobExpectation, type BlobTraffic, verifyBlob } from "./transfer-blob.ts";

export interface BlobToVerify extends BlobExpectation {
  readonly file: string;
}
export type BlobReply = { readonly bytes: number } | { readonly verified: true } | { readonly error: ErrorRecord };

/** Threads that hash; without them one blob is hashed after the other, here. */
export interface HashingThreads {
  readonly count: number;
  /** Module that a thread runs: it calls `serveBlobVerifier` with the host's own Files. */
  readonly entry: string;
}

/** Starting a thread takes as long as hashing this much. */
const LEAST_FOR_THREADS_BYTES = 128 * 2 ** 20;

/** Hashes blobs and compares, the largest first, so that no thread is left alone with one at the end. @throws as `verifyBlob`, the first fault found */
export async function verifyBlobs(traffic: BlobTraffic, blobs: readonly BlobToVerify[], threads: HashingThreads | undefined): Promise<void> {
  const waiting = blobs.toSorted((a, b) => b.bytes - a.bytes);
  const total = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  const count = Math.min(threads?.count ?? 1, waiting.length);
  if (threads === undefined || count < 2 || total < LEAST_FOR_THREADS_BYTES) {
    for (const blob of waiting) await verifyBlob(traffic, blob.file, blob);
    return;
  }
  const workers = Array.from({ length: count }, () => new Worker(threads.entry));
  try {
    await Promise.all(workers.map((worker) => serve(worker, waiting, traffic)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Gives one worker blob after blob until none is waiting. */
function serve(worker: Worker, waiting: BlobToVerify[], { signal, onBytes }: BlobTraffic): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const blob = waiting.shift();
      if (blob === undefined) resolve();
      else worker.postMessage(blob);
    };
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a hashing thread ended with status ${code}`)));
    worker.on("message", (reply: BlobReply) => {
      if ("error" in reply) reject(errorFromRecord(reply.error));
      else if ("bytes" in reply) onBytes(reply.bytes);
      else next();
    });
    next();
  });
}
