import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Enough for a stack trace, little enough for an error message. */
const TAIL_BYTES = 4096;

/** The last lines of a log; "" when there is none. */
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
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}
