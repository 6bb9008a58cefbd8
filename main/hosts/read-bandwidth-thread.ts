/*
 * Looks for a byte that is not there: memchr reads one stream at the speed of memory, as a matrix product reads weights. (memcmp, with its two streams, reads 10 to 20 % faster than a plain
 * loop does.) It waits for each run at a barrier, blocked, so that all threads start at once.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { BandwidthThreadData, BandwidthThreadRun } from "./measure-read-bandwidth.ts";

const { bytes, startedRuns } = workerData as BandwidthThreadData;
const barrier = new Int32Array(startedRuns);
// Filled by the thread that reads it, so that it lies in the memory of that thread's node.
const buffer = Buffer.alloc(bytes, 1);
buffer.indexOf(0);

for (let run = 0; ; run++) {
  parentPort?.postMessage("ready");
  Atomics.wait(barrier, 0, run);
  const startedMs = sharedClockMs();
  buffer.indexOf(0);
  parentPort?.postMessage({ startedMs, endedMs: sharedClockMs() } satisfies BandwidthThreadRun);
}

/** performance.now() begins anew in each thread; this does not. */
function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
