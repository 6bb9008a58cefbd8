import { parentPort } from "node:worker_threads";
import { asWorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { verifyBlob } from "./transfer-blob.ts";
import type { BlobReply, BlobToVerify } from "./verify-blobs.ts";

/** Progress goes in strides: a message for every buffer would cost more than it tells. */
const REPORT_EVERY_BYTES = 16 * 2 ** 20;

/** The worker thread's side: verifies the blobs it is given, one after the other. Ended by its owner, also to cancel. */
export function serveBlobVerifier(files: Files): void {
  const port = parentPort;
  if (port === null) throw new Error("serveBlobVerifier runs in a worker thread");
  const reply = (message: BlobReply): void => port.postMessage(message);
  port.on("message", async (blob: BlobToVerify) => {
    let unreported = 0;
    const onBytes = (bytes: number): void => {
      unreported += bytes;
      if (unreported < REPORT_EVERY_BYTES) return;
      reply({ bytes: unreported });
      unreported = 0;
    };
    try {
      await verifyBlob({ files, signal: new AbortController().signal, onBytes }, blob.file, blob);
      reply({ bytes: unreported });
      reply({ verified: true });
    } catch (thrown) {
      reply({ error: asWorkbenchError(thrown).toRecord() });
    }
  });
}
