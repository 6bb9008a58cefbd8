import { WorkbenchError } from "../../../shared/errors.ts";

/** Largest whole number a double holds; int64 values beyond it have no use in our models. */
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Reads protobuf's wire format inside one message. Every length is checked against what is left before it is believed. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  readonly #file: string;
  #at: number;

  constructor(bytes: Uint8Array, file: string, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.#at = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The next field's number and wire type. */
  tag(): { readonly field: number; readonly wireType: number } {
    const tag = Number(this.varint());
    const field = Math.floor(tag / 8);
    if (field < 1 || tag > 0xffffffff) throw this.invalid(`a field number of ${field}`);
    return { field, wireType: tag % 8 };
  }

  /** An unsigned varint of at most ten bytes: an overlong one would only hide another value. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.#at >= this.#end) throw this.invalid("a number cut off");
      const byte = this.#bytes[this.#at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value & 0xffffffffffffffffn;
    }
    throw this.invalid("a number of more than ten bytes");
  }

  /** An int64 as a double; refuses what a double does not hold. */
  int(): number {
    const value = BigInt.asIntN(64, this.varint());
    if (value > MAX_SAFE || value < -MAX_SAFE) throw this.invalid(`the number ${value}`);
    return Number(value);
  }

  float(): number {
    if (this.#end - this.#at < 4) throw this.invalid("a float cut off");
    const value = this.#view.getFloat32(this.#at, true);
    this.#at += 4;
    return value;
  }

  /** A length-delimited field as a reader of its own. */
  message(): WireReader {
    const [start, end] = this.#span();
    return new WireReader(this.#bytes, this.#file, start, end);
  }

  /** A view, not a copy. */
  bytes(): Uint8Array {
    const [start, end] = this.#span();
    return this.#bytes.subarray(start, end);
  }

  string(limit: number): string {
    const [start, end] = this.#span();
    if (end - start > limit) throw new WorkbenchError("onnx.limitExceeded", { file: this.#file, limit: "bytes of a name", found: end - start, allowed: limit });
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(this.#bytes.subarray(start, end));
    } catch (cause) {
      throw new WorkbenchError("onnx.invalid", { file: this.#file, reason: "a name is not UTF-8" }, { cause });
    }
  }

  /** Passes over a field that is not needed. Groups are no part of the format. */
  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#pass(8);
    else if (wireType === 2) this.#span();
    else if (wireType === 5) this.#pass(4);
    else throw this.invalid(`the wire type ${wireType}`);
  }

  invalid(what: string): WorkbenchError {
    return new WorkbenchError("onnx.invalid", { file: this.#file, reason: `${what} at byte ${this.#at}` });
  }

  #span(): [number, number] {
    const length = this.varint();
    if (length > BigInt(this.#end - this.#at)) throw this.invalid(`a field of ${length} bytes, ${this.#end - this.#at} are left,`);
    const start = this.#at;
    this.#at += Number(length);
    return [start, this.#at];
  }

  #pass(count: number): void {
    if (this.#end - this.#at < count) throw this.invalid("a field cut off");
    this.#at += count;
  }
}
