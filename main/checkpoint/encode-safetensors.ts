import { WorkbenchError } from "../../shared/errors.ts";
import { bitsOfDtype } from "./safetensors-dtypes.ts";

export interface TensorToEncode {
  readonly name: string;
  readonly dtype: "F32" | "I64";
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

/**
 * A whole safetensors file. Deterministic: the same tensors and metadata in any order give the same bytes (wider dtypes first, then by name, as the
 * reference implementation does, so that every tensor is aligned to its width; header padded with spaces to a multiple of 8).
 * @throws checkpoint.duplicateName, checkpoint.sizeMismatch
 */
export function encodeSafetensors(tensors: readonly TensorToEncode[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const sorted = [...tensors].sort((a, b) => (bitsOfDtype(b.dtype) ?? 0) - (bitsOfDtype(a.dtype) ?? 0) || compare(a.name, b.name));
  const entries: string[] = [];
  const names = new Set<string>(["__metadata__"]);
  const pairs = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  // Written key by key: an object would move integer-like keys to the front and swallow "__proto__".
  if (pairs.length > 0) entries.push(`"__metadata__":{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`);
  let end = 0;
  for (const tensor of sorted) {
    if (names.has(tensor.name)) throw new WorkbenchError("checkpoint.duplicateName", { file: "(in memory)", name: tensor.name });
    names.add(tensor.name);
    checkSize(tensor);
    const start = end;
    end += tensor.bytes.byteLength;
    entries.push(`${JSON.stringify(tensor.name)}:{"dtype":"${tensor.dtype}","shape":[${tensor.shape.join(",")}],"data_offsets":[${start},${end}]}`);
  }
  const json = new TextEncoder().encode(`{${entries.join(",")}}`);
  const headerBytes = Math.ceil(json.byteLength / 8) * 8;
  const content = new Uint8Array(8 + headerBytes + end).fill(0x20, 8, 8 + headerBytes);
  new DataView(content.buffer).setBigUint64(0, BigInt(headerBytes), true);
  content.set(json, 8);
  let position = 8 + headerBytes;
  for (const { bytes } of sorted) {
    content.set(bytes, position);
    position += bytes.byteLength;
  }
  return content;
}

function checkSize({ name, dtype, shape, bytes }: TensorToEncode): void {
  const expectedBytes = (shape.reduce((product, dimension) => product * dimension, 1) * (bitsOfDtype(dtype) ?? 0)) / 8;
  if (bytes.byteLength === expectedBytes) return;
  throw new WorkbenchError("checkpoint.sizeMismatch", {
    file: "(in memory)", field: name, found: `${dtype} [${shape.join(", ")}]`, expectedBytes, foundBytes: bytes.byteLength,
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
