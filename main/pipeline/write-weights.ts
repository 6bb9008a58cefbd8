import { Worker } from "node:worker_threads";
import { errorFromRecord } from "../../shared/errors.ts";
import type { Clock } from "../domain/clock.ts";
import type { OnProgress } from "../domain/progress.ts";
import type { WeightWriterReply, WeightWriterRequest } from "./serve-weight-writer.ts";
import type { WeightJournal } from "./weight-journal.ts";
import { checkpointBytes, type PlannedWeight, type WeightPlan } from "./weight-plan.ts";

/** Weights a worker has waiting beside the one in hand, so that it never idles for a message. */
const QUEUED_PER_WORKER = 2;
/** How much work a kill may cost: everything stored since the last sync is done again. */
const SYNC_EVERY_MS = 3000;

export interface WriteWeights {
  readonly plan: WeightPlan;
  readonly journal: WeightJournal;
  readonly threads: number;
  readonly workerEntry: string;
  readonly clock: Clock;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/**
 * Stores every weight of the plan that the journal does not name, on `threads` worker threads, and returns when all are on the medium.
 * On an error or a cancel the workers are ended; what the journal names stays good.
 */
export async function writeWeights(job: WriteWeights): Promise<void> {
  const pool = new WeightWriterPool(job);
  try {
    await pool.run();
  } finally {
    await pool.end();
  }
}

class WeightWriterPool {
  readonly #job: WriteWeights;
  readonly #waiting: number[];
  readonly #workers: Worker[] = [];
  readonly #total: number;
  #done: number;
  /** Stored, but not known to be on the medium. */
  #unsynced: number[] = [];
  #inFlight = 0;
  #syncing = 0;
  #lastSync: number;

  constructor(job: WriteWeights) {
    this.#job = job;
    this.#waiting = job.plan.weights.map((_, index) => index).filter((index) => !job.journal.done.has(index));
    this.#total = job.plan.weights.reduce((sum, planned) => sum + checkpointBytes(job.plan.checkpoint, planned.weight), 0);
    this.#done = this.#total - this.#waiting.reduce((sum, index) => sum + this.#bytes(index), 0);
    this.#lastSync = job.clock.ticks();
  }

  async run(): Promise<void> {
    const { signal, journal, onProgress } = this.#job;
    signal.throwIfAborted();
    onProgress({ step: "quantize", done: this.#done, total: this.#total, unit: "bytes" });
    if (this.#waiting.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      let recording: Promise<void> = Promise.resolve();
      let synced: number[] = [];
      const onReply = (worker: Worker, reply: WeightWriterReply): void => {
        if ("error" in reply) {
          reject(errorFromRecord(reply.error));
        } else if ("stored" in reply) {
          this.#inFlight--;
          this.#done += this.#bytes(reply.stored);
          this.#unsynced.push(reply.stored);
          onProgress({ step: "quantize", done: this.#done, total: this.#total, unit: "bytes" });
          const finished = this.#waiting.length === 0 && this.#inFlight === 0;
          if (this.#syncing === 0 && (finished || this.#job.clock.ticks() - this.#lastSync >= SYNC_EVERY_MS)) synced = this.#sync();
          this.#feed(worker);
        } else if (--this.#syncing === 0) {
          const indices = synced;
          recording = recording.then(() => journal.record(indices)).catch(reject);
          if (this.#waiting.length > 0 || this.#inFlight > 0) return;
          if (this.#unsynced.length > 0) synced = this.#sync();
          else recording.then(resolve);
        }
      };
      for (let i = 0; i < Math.min(this.#job.threads, this.#waiting.length); i++) this.#startWorker(onReply, reject);
      for (let queued = 0; queued < QUEUED_PER_WORKER; queued++) for (const worker of this.#workers) this.#feed(worker);
    });
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #startWorker(onReply: (worker: Worker, reply: WeightWriterReply) => void, onError: (error: Error) => void): void {
    const worker = new Worker(this.#job.workerEntry, { workerData: this.#job.plan });
    worker.on("message", (reply: WeightWriterReply) => onReply(worker, reply));
    worker.on("error", onError);
    this.#workers.push(worker);
  }

  #feed(worker: Worker): void {
    const index = this.#waiting.shift();
    if (index === undefined) return;
    this.#inFlight++;
    worker.postMessage({ store: index } satisfies WeightWriterRequest);
  }

  /** Every worker answers after the weights it was sent before; those stored by then are on the medium. @returns the weights covered */
  #sync(): number[] {
    const covered = this.#unsynced;
    this.#unsynced = [];
    this.#lastSync = this.#job.clock.ticks();
    this.#syncing = this.#workers.length;
    for (const worker of this.#workers) worker.postMessage({ sync: true } satisfies WeightWriterRequest);
    return covered;
  }

  #bytes(index: number): number {
    return checkpointBytes(this.#job.plan.checkpoint, (this.#job.plan.weights[index] as PlannedWeight).weight);
  }
}
