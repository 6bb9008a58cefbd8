import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** Enough for a stack trace, little enough for an error message. */
const TAIL_BYTES = 4096;

/** The last whole lines of a log, as plain text of at most 4 KiB; "" when there is none. */
export function logTail(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return plainLines(buffer.subarray(0, read), size > TAIL_BYTES);
  } catch {
    // It explains an error; it must not be one.
    return "";
  } finally {
    closeSync(descriptor);
  }
}

/** A log may hold what a checkpoint's author wrote: no escape sequence of it reaches the terminal it is shown on. */
function plainLines(bytes: Buffer, isCut: boolean): string {
  const firstLine = isCut ? bytes.indexOf(0x0a) + 1 : 0;
  const text = stripVTControlCharacters(bytes.subarray(firstLine).toString("utf8")).replaceAll(/[^\P{Cc}\n\t]/gu, "");
  // Bytes that are no UTF-8 become three each.
  return Buffer.byteLength(text) <= TAIL_BYTES ? text : Buffer.from(text).subarray(-TAIL_BYTES).toString("utf8").replace(/^\uFFFD+/u, "");
}
