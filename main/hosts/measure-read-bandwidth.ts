import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { HostRate } from "../domain/host.ts";
import { distribution } from "../domain/statistics.ts";

/** Read by all threads together in one run: far more than caches hold, and at least so much for each thread that its share of the largest (96 MiB for eight cores) keeps nothing from run to run. */
const LEAST_BYTES = 1 << 30;
const LEAST_BYTES_PER_THREAD = 64 << 20;
/** Below it caches would be measured. */
const LEAST_MEANINGFUL_BYTES = 256 << 20;
/** Half the cores of a server saturate its memory; more threads would only take longer to start. */
const MOST_THREADS = 64;
const MOST_RUNS = 9;
const LEAST_RUNS = 3;
const ENOUGH_MS = 700;

export interface BandwidthThreadData {
  /** Read in one run. */
  readonly bytes: number;
  /** One Int32: how many runs have been started. */
  readonly startedRuns: SharedArrayBuffer;
}

export interface BandwidthThreadRun {
  /** On the clock that all threads share. */
  readonly startedMs: number;
  readonly endedMs: number;
}

/**
 * How fast main memory is read by all threads this process may use: the median of several short runs. null where too little memory is free to measure more than caches.
 * `threads` instead of all is for comparisons.
 */
export async function measureReadBandwidth(threads = Math.min(availableParallelism(), MOST_THREADS)): Promise<HostRate | null> {
  const wantedBytes = Math.max(LEAST_BYTES, threads * LEAST_BYTES_PER_THREAD);
  const totalBytes = Math.min(wantedBytes, process.availableMemory() / 4);
  if (totalBytes < LEAST_MEANINGFUL_BYTES) return null;
  const bytes = Math.floor(totalBytes / threads / 4096) * 4096;
  const startedRuns = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const barrier = new Int32Array(startedRuns);
  const workers = Array.from({ length: threads }, () => new Worker(new URL("./read-bandwidth-thread.ts", import.meta.url), { workerData: { bytes, startedRuns } satisfies BandwidthThreadData }));
  try {
    const rates: number[] = [];
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const begun = performance.now();
    while (rates.length < MOST_RUNS && (rates.length < LEAST_RUNS || performance.now() - begun < ENOUGH_MS)) {
      const ended = Promise.all(workers.map(nextRun));
      Atomics.add(barrier, 0, 1);
      Atomics.notify(barrier, 0);
      const runs = await ended;
      const elapsedMs = Math.max(...runs.map(({ endedMs }) => endedMs)) - Math.min(...runs.map(({ startedMs }) => startedMs));
      rates.push((bytes * threads * 1000) / elapsedMs);
    }
    return { bytesPerSecond: distribution(rates).median, runs: rates, threads, bytesRead: bytes * threads * rates.length, method: "memchr over buffers larger than the caches, median" };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** The figures of a run, and then the word that the thread waits for the next. */
function nextRun(worker: Worker): Promise<BandwidthThreadRun> {
  return new Promise((resolve, reject) => {
    let run: BandwidthThreadRun | undefined;
    const onMessage = (message: BandwidthThreadRun | "ready"): void => {
      if (message !== "ready") run = message;
      else if (run !== undefined) {
        worker.off("message", onMessage);
        worker.off("error", reject);
        resolve(run);
      }
    };
    worker.on("message", onMessage);
    worker.once("error", reject);
  });
}
