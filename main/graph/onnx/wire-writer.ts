import { WorkbenchError } from "../../../shared/errors.ts";

/** protobuf wire types (https://protobuf.dev/programming-guides/encoding/). 3 and 4 (groups) and 6 and 7 are never written and never read. */
export const WIRE = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** protobuf refuses messages of 2 GiB and more; weights lie in files beside the model, so an honest graph is a few tens of megabytes. */
const MAX_MESSAGE_BYTES = 2 ** 31 - 1;

const encoder = new TextEncoder();

/**
 * Appends protobuf fields to one growing buffer. A nested message is written in place behind a one-byte length and moved only when its
 * length needs more bytes, so a byte moves at most once per nesting level and the whole is linear in the size of the model.
 */
export class WireWriter {
  #buffer = new Uint8Array(1 << 16);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  /** int64 and enum fields; negatives take ten bytes, as protobuf's int64 does. Only integers that a double holds exactly. */
  int(field: number, value: number): void {
    this.#varint(field * 8 + WIRE.varint);
    this.#signed(value);
  }

  float(field: number, value: number): void {
    this.#varint(field * 8 + WIRE.fixed32);
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  string(field: number, value: string): void {
    this.#varint(field * 8 + WIRE.lengthDelimited);
    const start = this.#length;
    // A UTF-16 code unit becomes at most three bytes; one byte more for the length, which #closeLength widens when needed.
    this.#reserve(value.length * 3 + 1);
    const { written } = encoder.encodeInto(value, this.#buffer.subarray(start + 1));
    this.#length = start + 1 + written;
    this.#closeLength(start);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint(field * 8 + WIRE.lengthDelimited);
    this.#varint(value.byteLength);
    this.#reserve(value.byteLength);
    this.#buffer.set(value, this.#length);
    this.#length += value.byteLength;
  }

  message(field: number, write: () => void): void {
    this.#varint(field * 8 + WIRE.lengthDelimited);
    const start = this.#length;
    this.#reserve(1);
    this.#length = start + 1;
    write();
    this.#closeLength(start);
  }

  /** Puts the length of what lies behind `start + 1` at `start`, moving it when the length takes more than the one byte kept free. */
  #closeLength(start: number): void {
    const end = this.#length;
    const contentBytes = end - start - 1;
    const extraBytes = varintBytes(contentBytes) - 1;
    if (extraBytes > 0) {
      this.#reserve(extraBytes);
      this.#buffer.copyWithin(start + 1 + extraBytes, start + 1, end);
    }
    this.#length = start;
    this.#varint(contentBytes);
    this.#length = end + extraBytes;
  }

  #signed(value: number): void {
    if (!Number.isSafeInteger(value)) throw new WorkbenchError("internal.unexpected", { reason: `ONNX integer ${value} is not a safe integer` });
    if (value >= 0) {
      this.#varint(value);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    this.#reserve(10);
    while (rest > 0x7fn) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#length++] = Number(rest);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.byteLength) return;
    if (needed > MAX_MESSAGE_BYTES) {
      throw new WorkbenchError("onnx.limitExceeded", { file: "", limit: "model bytes", found: needed, allowed: MAX_MESSAGE_BYTES });
    }
    const grown = new Uint8Array(Math.min(MAX_MESSAGE_BYTES, Math.max(needed, this.#buffer.byteLength * 2)));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}
