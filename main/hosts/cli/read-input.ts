import type { Readable } from "node:stream";
import { WorkbenchError } from "../../../shared/errors.ts";

/** Stops an endless pipe from filling memory. A context of a million tokens is a few megabytes of text. */
const INPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** All that is piped in, as UTF-8. @throws usage.invalid when it is longer than a prompt can be */
export async function readInput(stdin: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stdin) {
    const buffer = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
    bytes += buffer.length;
    if (bytes > INPUT_LIMIT_BYTES) throw new WorkbenchError("usage.invalid", { reason: `the input is longer than ${INPUT_LIMIT_BYTES} bytes, more than any prompt` });
    pieces.push(buffer);
  }
  return Buffer.concat(pieces).toString("utf8");
}
