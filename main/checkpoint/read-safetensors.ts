import { basename } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { parseSafetensorsHeader } from "./parse-safetensors-header.ts";
import { headerLength } from "./read-safetensors-header.ts";

export interface WholeTensor {
  readonly dtype: string;
  readonly shape: number[];
  /** Little-endian, row-major, at a multiple of 8 in its buffer, so that any typed array can view it. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a small safetensors file whole: parity records, expected logits. Any dtype of the format.
 * @throws files.readFailed above `limitBytes`; what the header's checks throw
 */
export async function readSafetensors(files: Files, path: string, limitBytes: number): Promise<Map<string, WholeTensor>> {
  const content = await files.readAll(path, limitBytes);
  const name = basename(path);
  if (content.byteLength < 8) throw new WorkbenchError("checkpoint.headerTruncated", { file: name, bytes: content.byteLength, neededBytes: 8 });
  const length = headerLength(content, content.byteLength, name);
  const { tensors } = parseSafetensorsHeader(content.subarray(8, 8 + length), content.byteLength, name);
  return new Map(tensors.map((tensor) => [tensor.name, {
    dtype: tensor.dtype,
    shape: [...tensor.shape],
    // A copy begins at its buffer's start; the format does not promise that the tensor does at any multiple.
    bytes: new Uint8Array(content.subarray(tensor.offset, tensor.offset + tensor.bytes)),
  }]));
}
