import { parentPort, workerData } from "node:worker_threads";
import { asWorkbenchError, type ErrorRecord } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import type { WeightPlan } from "./weight-plan.ts";
import { WeightWriter } from "./weight-writer.ts";

/** Index into the plan of a weight to store. */
export type WeightWriterRequest = { readonly store: number };
export type WeightWriterReply = { readonly stored: number } | { readonly error: ErrorRecord };

/** The worker thread's side: stores the weights it is told to, one after the other. */
export function serveWeightWriter(files: Files): void {
  const port = parentPort;
  if (port === null) throw new Error("serveWeightWriter runs in a worker thread");
  const writer = new WeightWriter(files, workerData as WeightPlan);
  let queue: Promise<void> = Promise.resolve();
  port.on("message", (request: WeightWriterRequest) => {
    queue = queue.then(async () => {
      try {
        await writer.store(request.store);
        port.postMessage({ stored: request.store } satisfies WeightWriterReply);
      } catch (thrown) {
        port.postMessage({ error: asWorkbenchError(thrown).toRecord() } satisfies WeightWriterReply);
      }
    });
  });
}
