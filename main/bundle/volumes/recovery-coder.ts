import { Worker } from "node:worker_threads";

/** One row: a block of every volume, data before recovery, in memory that two threads share. */
export interface RecoveryRow {
  readonly memory: SharedArrayBuffer;
  readonly dataBlocks: number;
  readonly recoveryBlocks: number;
}
/** Which blocks hold what they should; null: all data is there, and recovery is to be computed. */
export type RecoveryRequest = { readonly present: readonly boolean[] | null };
export type RecoveryReply = { readonly failure: string | null };

/** Reed–Solomon over one row of blocks, on a thread of its own. The arithmetic is the Rust crate reed-solomon-erasure's, as WebAssembly. */
export class RecoveryCoder {
  readonly #row: Uint8Array;
  readonly #blockBytes: number;
  readonly #worker: Worker;

  constructor({ dataBlocks, recoveryBlocks, blockBytes }: { readonly dataBlocks: number; readonly recoveryBlocks: number; readonly blockBytes: number }) {
    const memory = new SharedArrayBuffer((dataBlocks + recoveryBlocks) * blockBytes);
    this.#row = new Uint8Array(memory);
    this.#blockBytes = blockBytes;
    this.#worker = new Worker(new URL("./recovery-thread.ts", import.meta.url), { workerData: { memory, dataBlocks, recoveryBlocks } satisfies RecoveryRow });
    // Met by whoever waits for an answer; a thread nobody asks anything of may not end the process.
    this.#worker.on("error", () => undefined);
  }

  /** A view of one block of the row. */
  block(volume: number): Uint8Array {
    return this.#row.subarray(volume * this.#blockBytes, (volume + 1) * this.#blockBytes);
  }

  /** Computes the recovery blocks from the data blocks. */
  encode(): Promise<void> {
    return this.#ask({ present: null });
  }

  /** Computes the data blocks that are not there from as many others as there are data blocks. */
  restore(present: readonly boolean[]): Promise<void> {
    return this.#ask({ present });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: RecoveryRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        this.#worker.off("message", onReply).off("error", onError).off("exit", onExit);
        act();
      };
      const onReply = ({ failure }: RecoveryReply): void => settle(() => (failure === null ? resolve() : reject(new Error(`Reed–Solomon refused: ${failure}`))));
      const onError = (error: Error): void => settle(() => reject(error));
      const onExit = (code: number): void => settle(() => reject(new Error(`the Reed–Solomon thread ended with ${code}`)));
      this.#worker.on("message", onReply).on("error", onError).on("exit", onExit);
      this.#worker.postMessage(request);
    });
  }
}
