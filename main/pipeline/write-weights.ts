import path from "node:path";
import { Worker } from "node:worker_threads";
import { errorFromRecord } from "../../shared/errors.ts";
import type { Files, WritableFile } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import type { WeightWriterReply, WeightWriterRequest } from "./serve-weight-writer.ts";
import type { WeightJournal } from "./weight-journal.ts";
import { checkpointBytes, type PlannedWeight, type WeightPlan } from "./weight-plan.ts";

/** Weights a worker has waiting beside the one in hand, so that it never idles for a message. */
const QUEUED_PER_WORKER = 2;
/** One more worker than cores: while one waits for the disk the others compute. */
const WAITING_WORKERS = 1;
/** How much work a kill may cost: everything stored since the last sync is done again. */
const SYNC_EVERY_MS = 3000;

export interface WriteWeights {
  readonly files: Files;
  readonly plan: WeightPlan;
  readonly journal: WeightJournal;
  readonly threads: number;
  readonly workerEntry: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/**
 * Stores every weight of the plan that the journal does not name, on worker threads, and returns when all are on the medium. On an error or a cancel
 * the workers are ended; what the journal names stays good.
 */
export async function writeWeights(job: WriteWeights): Promise<void> {
  job.signal.throwIfAborted();
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
  #stopped = false;

  constructor(job: WriteWeights) {
    this.#job = job;
    this.#waiting = job.plan.weights.map((_, index) => index).filter((index) => !job.journal.done.has(index));
    this.#total = job.plan.weights.reduce((sum, planned) => sum + checkpointBytes(job.plan.checkpoint, planned.weight), 0);
    this.#done = this.#total - this.#waiting.reduce((sum, index) => sum + this.#bytes(index), 0);
  }

  async run(): Promise<void> {
    this.#report();
    const targets = await this.#openTargets();
    try {
      const stored = this.#storeAll();
      const recording = this.#recordNowAndThen(targets, stored);
      await Promise.all([stored, recording]);
      await this.#record(targets);
    } finally {
      this.#stopped = true;
      for (const target of targets) await target.close();
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Makes every weight file at its full length, so that a disk too small shows before the work; kept open to be synced. */
  async #openTargets(): Promise<WritableFile[]> {
    const { files, plan } = this.#job;
    const targets: WritableFile[] = [];
    for (const { name, bytes } of plan.files) targets.push(await files.openForWriting(path.join(plan.directory, name), bytes));
    return targets;
  }

  async #storeAll(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const { signal, threads } = this.#job;
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      const onReply = (worker: Worker, reply: WeightWriterReply): void => {
        if ("error" in reply) {
          reject(errorFromRecord(reply.error));
          return;
        }
        this.#inFlight--;
        this.#done += this.#bytes(reply.stored);
        this.#unsynced.push(reply.stored);
        this.#report();
        this.#feed(worker);
        if (this.#inFlight === 0) resolve();
      };
      for (let i = 0; i < Math.min(threads + WAITING_WORKERS, this.#waiting.length); i++) this.#startWorker(onReply, reject);
      for (let queued = 0; queued < QUEUED_PER_WORKER; queued++) for (const worker of this.#workers) this.#feed(worker);
    });
  }

  /** Until all is stored or something failed; syncing here leaves the workers to their work. */
  async #recordNowAndThen(targets: readonly WritableFile[], stored: Promise<void>): Promise<void> {
    let working = true;
    const ended = stored.then(
      () => void (working = false),
      () => void (working = false),
    );
    while (working && !this.#stopped) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise<void>((resolve) => (timer = setTimeout(resolve, SYNC_EVERY_MS)))]);
      clearTimeout(timer);
      if (working) await this.#record(targets);
    }
  }

  /** Weights reported stored before the sync began are on the medium when it ends. */
  async #record(targets: readonly WritableFile[]): Promise<void> {
    const covered = this.#unsynced;
    this.#unsynced = [];
    if (covered.length === 0) return;
    for (const target of targets) await target.sync();
    await this.#job.journal.record(covered);
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

  #report(): void {
    this.#job.onProgress({ step: "quantize", done: this.#done, total: this.#total, unit: "bytes" });
  }

  #bytes(index: number): number {
    return checkpointBytes(this.#job.plan.checkpoint, (this.#job.plan.weights[index] as PlannedWeight).weight);
  }
}
