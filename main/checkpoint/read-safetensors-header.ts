import { WorkbenchError } from "../../shared/errors.ts";
import type { ReadableFile } from "../domain/files.ts";
import { parseSafetensorsHeader, type SafetensorsHeader } from "./parse-safetensors-header.ts";

/** The reference implementation's own limit; stops a file that makes us read itself into memory as a header. Largest honest header: about 25 MB. */
export const HEADER_BYTES_LIMIT = 100_000_000;

/**
 * Reads the header of an open safetensors file: 8 bytes little-endian length, then that much JSON. Nothing is allocated before the length is checked.
 * @param name as errors name the file
 * @throws checkpoint.headerTruncated, headerTooLong, pickleRefused (a renamed PyTorch file), and all of parseSafetensorsHeader
 */
export async function readSafetensorsHeader(file: ReadableFile, name: string): Promise<SafetensorsHeader> {
  const prefix = new Uint8Array(8);
  if (file.bytes < 8) throw new WorkbenchError("checkpoint.headerTruncated", { file: name, bytes: file.bytes, neededBytes: 8 });
  await file.read(prefix, 0);
  const header = new Uint8Array(headerLength(prefix, file.bytes, name));
  await file.read(header, 8);
  return parseSafetensorsHeader(header, file.bytes, name);
}

/** The header's length as the first 8 bytes state it, checked against the limit and the file. */
export function headerLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  const stated = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (stated > BigInt(HEADER_BYTES_LIMIT)) refuseOtherFormats(prefix, file);
  if (stated > BigInt(HEADER_BYTES_LIMIT)) {
    throw new WorkbenchError("checkpoint.headerTooLong", { file, bytes: Number(stated), limitBytes: HEADER_BYTES_LIMIT });
  }
  const bytes = Number(stated);
  if (bytes > fileBytes - 8) throw new WorkbenchError("checkpoint.headerTruncated", { file, bytes: fileBytes, neededBytes: bytes + 8 });
  if (bytes < 2) throw new WorkbenchError("checkpoint.headerInvalid", { file, reason: `a header of ${bytes} bytes` });
  return bytes;
}

/** What people most often have in place of the file: asked only when the length is absurd, so that no honest header can look like it. */
function refuseOtherFormats(prefix: Uint8Array, file: string): void {
  const text = String.fromCharCode(...prefix);
  if (text.startsWith("version ")) throw new WorkbenchError("checkpoint.headerInvalid", { file, reason: "a Git LFS pointer in place of the file itself" });
  if (text.startsWith("GGUF")) throw new WorkbenchError("checkpoint.headerInvalid", { file, reason: "a GGUF file under another name" });
  if (text.startsWith("PK\x03\x04") || /^\x80[\x02-\x05]/.test(text)) throw new WorkbenchError("checkpoint.pickleRefused", { file });
}
