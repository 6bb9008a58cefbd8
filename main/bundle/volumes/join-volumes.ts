import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import type { OnProgress } from "../../domain/progress.ts";
import { clearPartial } from "../clear-partial.ts";
import { PARTIAL_ENDING, verifyBlob } from "../transfer-blob.ts";
import { type OpenedVolumes, openVolumes, requireOneSet } from "./open-volumes.ts";
import { VolumeBlocks } from "./volume-blocks.ts";
import { blockLength } from "./volume-geometry.ts";
import type { ListedFile, VolumeList } from "./volume-list.ts";

export interface JoinVolumes {
  readonly files: Files;
  readonly folders: readonly string[];
  readonly out: string;
  readonly expectedSet?: string | undefined;
  /** More than this is refused before anything is written. */
  readonly maxBytes?: number | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Looks at what was joined before it gets its name; throwing keeps it from getting it. */
  check(directory: string, joined: JoinedVolumes): Promise<void>;
}

export interface JoinedVolumes {
  readonly set: string;
  readonly content: VolumeList["content"];
  readonly bytes: number;
  readonly files: number;
  /** Blocks that had to be computed from recovery volumes. */
  readonly repairedBlocks: number;
}

/**
 * Puts a bundle together from its volumes, wherever they lie; what is lost or damaged is computed from recovery volumes on the way. Every file is held against its
 * SHA-256. Made as `out`.partial and renamed last; files that an interrupted run finished are hashed and kept.
 * @throws bundle.targetExists, bundle.quotaExceeded, bundle.volumeForeign, bundle.volumesMissing, bundle.blobChanged, files.noSpace, everything `openVolumes` and `check` throw
 */
export async function joinVolumes(request: JoinVolumes): Promise<JoinedVolumes> {
  const { files, onProgress, signal } = request;
  const out = path.resolve(request.out);
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  const opened = await openVolumes(files, request.folders, request.expectedSet);
  if (request.expectedSet === undefined) requireOneSet(opened);
  const { list, set } = opened;
  if (request.maxBytes !== undefined && list.bytes > request.maxBytes) throw new WorkbenchError("bundle.quotaExceeded", { file: out, bytes: list.bytes, limitBytes: request.maxBytes });
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "join", done, total: list.bytes, unit: "bytes" });
  };
  const partial = `${out}.partial`;
  const run = new RunReader(files, opened, signal);
  try {
    await clearPartial(files, partial, request.folders, new Map(list.files.map((file) => [file.path, file.bytes])));
    for (const file of list.files) await joinFile({ files, signal, onBytes }, run, path.join(partial, file.path), file);
    const joined: JoinedVolumes = { set, content: list.content, bytes: list.bytes, files: list.files.length, repairedBlocks: run.repairedBlocks };
    await request.check(partial, joined);
    signal.throwIfAborted();
    await files.rename(partial, out);
    return joined;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "files.noSpace") await files.remove(partial).catch(() => undefined);
    throw error;
  } finally {
    await run.close();
  }
}

interface Joining {
  readonly files: Files;
  readonly signal: AbortSignal;
  onBytes(bytes: number): void;
}

async function joinFile(joining: Joining, run: RunReader, to: string, { offset, bytes, sha256 }: ListedFile): Promise<void> {
  const { files, onBytes } = joining;
  if (await isJoined(joining, to, { bytes, sha256 })) return;
  await files.remove(to);
  await files.makeDirectory(path.dirname(to));
  const temporary = `${to}${PARTIAL_ENDING}`;
  await files.remove(temporary);
  const target = await files.openForWriting(temporary, bytes);
  const hash = createHash("sha256");
  try {
    for (let at = 0; at < bytes; ) {
      const piece = await run.from(offset + at, bytes - at);
      // The run reads its next block while this one is hashed and written.
      const writing = target.write(piece, at);
      writing.catch(() => undefined);
      hash.update(piece);
      await writing;
      at += piece.length;
      onBytes(piece.length);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  const found = hash.digest("hex");
  if (found !== sha256) {
    await files.remove(temporary);
    throw new WorkbenchError("bundle.blobChanged", { file: to, expected: `sha256:${sha256}`, found: `sha256:${found}` });
  }
  await files.rename(temporary, to);
}

/** Left whole by an earlier run. */
async function isJoined({ files, signal, onBytes }: Joining, file: string, expected: { readonly bytes: number; readonly sha256: string }): Promise<boolean> {
  if ((await files.status(file)) === undefined) return false;
  let counted = 0;
  const count = (bytes: number): void => {
    counted += bytes;
    onBytes(bytes);
  };
  try {
    await verifyBlob({ files, signal, onBytes: count }, file, expected);
    return true;
  } catch (error) {
    if (!(error instanceof WorkbenchError) || (error.code !== "bundle.blobChanged" && error.code !== "files.readFailed")) throw error;
    onBytes(-counted);
    return false;
  }
}

/** One is being handed out, one is being read. */
const SLOTS = 2;

/** The run of all files, a block at a time, read one ahead. */
class RunReader {
  readonly #blocks: VolumeBlocks;
  readonly #opened: OpenedVolumes;
  readonly #signal: AbortSignal;
  readonly #buffers: Uint8Array[];
  /** By the block's place in the run. */
  readonly #reading = new Map<number, Promise<Uint8Array>>();
  #last: Promise<unknown> = Promise.resolve();
  repairedBlocks = 0;

  constructor(files: Files, opened: OpenedVolumes, signal: AbortSignal) {
    this.#blocks = new VolumeBlocks(files, opened);
    this.#opened = opened;
    this.#signal = signal;
    this.#buffers = Array.from({ length: SLOTS }, () => new Uint8Array(opened.list.blockBytes));
  }

  /** At least one byte from `offset` on, at most `limit`, good until the next is asked for. @throws bundle.volumesMissing */
  async from(offset: number, limit: number): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    const { blockBytes, bytes } = this.#opened.list;
    const index = Math.floor(offset / blockBytes);
    for (const known of this.#reading.keys()) if (known < index || known > index + 1) this.#reading.delete(known);
    const block = await this.#read(index);
    if ((index + 1) * blockBytes < bytes) void this.#read(index + 1).catch(() => undefined);
    const at = offset - index * blockBytes;
    return block.subarray(at, Math.min(block.length, at + limit));
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#blocks.close();
  }

  #read(index: number): Promise<Uint8Array> {
    const known = this.#reading.get(index);
    if (known !== undefined) return known;
    // One after the other: computing a lost block uses memory that the next would use too.
    const reading = this.#last.catch(() => undefined).then(() => this.#fetch(index));
    reading.catch(() => undefined);
    this.#last = reading;
    this.#reading.set(index, reading);
    return reading;
  }

  async #fetch(index: number): Promise<Uint8Array> {
    const { list } = this.#opened;
    const at = index * list.blockBytes;
    const volume = Math.floor(at / list.volumeBytes);
    const block = (at - volume * list.volumeBytes) / list.blockBytes;
    const into = (this.#buffers[index % SLOTS] as Uint8Array).subarray(0, blockLength(list, volume, block));
    if (await this.#blocks.readOrRestore(volume, block, into)) this.repairedBlocks++;
    return into;
  }
}
