import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files, ReadableFile } from "../../domain/files.ts";
import { checkLayerPaths } from "../check-layer-paths.ts";
import { MAX_FILES } from "./volume-list.ts";

export interface SourceFile {
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** In the run of all files. */
  readonly offset: number;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * Every file below a folder, in the order of their paths. Links and devices are refused: what they lead to was never part of it.
 * @throws bundle.entryRefused, bundle.layoutInvalid, bundle.pathEscapes
 */
export async function listSourceFiles(files: Files, directory: string): Promise<SourceFile[]> {
  const found: Omit<SourceFile, "offset">[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const name of await files.list(path.join(directory, folder))) {
      const inner = folder === "" ? name : `${folder}/${name}`;
      const file = path.join(directory, inner);
      const status = await files.status(file);
      if (status?.kind === "directory") await walk(inner);
      else if (status?.kind === "file") found.push({ path: inner, bytes: status.bytes, modifiedMs: status.modifiedMs });
      else throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status?.kind ?? "file that went"}, not a file` });
      if (found.length > MAX_FILES) throw new WorkbenchError("bundle.layoutInvalid", { file: directory, reason: `more than ${MAX_FILES} files` });
    }
  };
  await walk("");
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  checkLayerPaths(found.map((file) => file.path));
  let offset = 0;
  return found.map((file) => {
    const placed = { ...file, offset };
    offset += file.bytes;
    return placed;
  });
}

/** One piece of the run of all files that lies in one file. `at`: in the file. */
export interface Piece<F> {
  readonly file: F;
  readonly at: number;
  readonly bytes: number;
}

/** The pieces that a stretch of the run is made of, in order. */
export function piecesOf<F extends { readonly offset: number; readonly bytes: number }>(placed: readonly F[], offset: number, bytes: number): Piece<F>[] {
  const pieces: Piece<F>[] = [];
  for (let index = firstEndingAfter(placed, offset); index < placed.length; index++) {
    const file = placed[index] as F;
    if (file.offset >= offset + bytes) break;
    const begin = Math.max(offset, file.offset);
    const end = Math.min(offset + bytes, file.offset + file.bytes);
    if (end > begin) pieces.push({ file, at: begin - file.offset, bytes: end - begin });
  }
  return pieces;
}

function firstEndingAfter(placed: readonly { readonly offset: number; readonly bytes: number }[], offset: number): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const file = placed[middle] as { offset: number; bytes: number };
    if (file.offset + file.bytes <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Reads the run of all files; keeps one file open. */
export class SourceReader {
  readonly #files: Files;
  readonly #directory: string;
  readonly #placed: readonly SourceFile[];
  #open: { readonly path: string; readonly file: ReadableFile } | null = null;

  constructor(files: Files, directory: string, placed: readonly SourceFile[]) {
    this.#files = files;
    this.#directory = directory;
    this.#placed = placed;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    let done = 0;
    for (const { file, at, bytes } of piecesOf(this.#placed, offset, into.length)) {
      await (await this.#at(file)).read(into.subarray(done, done + bytes), at);
      done += bytes;
    }
  }

  async close(): Promise<void> {
    await this.#open?.file.close();
    this.#open = null;
  }

  async #at({ path: inner, bytes }: SourceFile): Promise<ReadableFile> {
    if (this.#open?.path === inner) return this.#open.file;
    await this.close();
    const file = await this.#files.open(path.join(this.#directory, inner));
    this.#open = { path: inner, file };
    if (file.bytes !== bytes) throw new WorkbenchError("bundle.blobSizeMismatch", { file: file.path, expectedBytes: bytes, foundBytes: file.bytes });
    return file;
  }
}
