import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import { documentBytes } from "../bundle-documents.ts";
import { readThrough } from "../transfer-blob.ts";
import type { CollectedRuntime } from "./collect-runtime.ts";
import { RUNTIME_DOCUMENT } from "./read-runtime.ts";

const BLOCK = 512;

/** Writes a runtime as a tar archive (POSIX ustar) that any tar unpacks: runtime.json first, no times, no owners. Whole or not at all. */
export async function writeRuntime(files: Files, { document, entries }: CollectedRuntime, to: string, onBytes: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const head = documentBytes(document);
  const padded = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK;
  const total = [head.length, ...entries.map(({ bytes }) => bytes)].reduce((sum, bytes) => sum + BLOCK + padded(bytes), 0) + 2 * BLOCK;
  const temporary = `${to}.partial`;
  await files.remove(temporary);
  try {
    // Created at its full length, so what is not written is zeros: padding and the two blocks of the end.
    const out = await files.openForWriting(temporary, total);
    try {
      await out.write(header(RUNTIME_DOCUMENT, head.length, false), 0);
      await out.write(head, BLOCK);
      let at = BLOCK + padded(head.length);
      for (const { path, file, bytes, isProgram } of entries) {
        await out.write(header(path, bytes, isProgram), at);
        const start = at + BLOCK;
        await readThrough({ files, signal, onBytes }, file, bytes, (part, offset) => out.write(part, start + offset));
        at = start + padded(bytes);
      }
      await out.sync();
    } finally {
      await out.close();
    }
    await files.rename(temporary, to);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
}

function header(path: string, bytes: number, isProgram: boolean): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number, room: number): void => {
    const encoded = new TextEncoder().encode(text);
    if (encoded.length > room) throw new WorkbenchError("bundle.runtimeInvalid", { file: path, reason: "its path is too long for a tar archive" });
    block.set(encoded, at);
  };
  const octal = (value: number, at: number, room: number): void => put(value.toString(8).padStart(room - 1, "0"), at, room);
  const [prefix, name] = split(path);
  put(name, 0, 100);
  octal(isProgram ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes, 124, 12);
  octal(0, 136, 12);
  put("        ", 148, 8);
  put("0", 156, 1);
  put("ustar\0", 257, 6);
  put("00", 263, 2);
  put(prefix, 345, 155);
  put(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148, 8);
  return block;
}

/** ustar holds 100 bytes of a name, and 155 of the folders before it. */
function split(path: string): readonly [string, string] {
  if (path.length <= 100) return ["", path];
  const at = path.indexOf("/", path.length - 101);
  return at < 0 ? ["", path] : [path.slice(0, at), path.slice(at + 1)];
}
