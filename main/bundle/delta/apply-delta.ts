import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files, ReadableFile } from "../../domain/files.ts";
import type { OnProgress } from "../../domain/progress.ts";
import { readAhead } from "../read-ahead.ts";
import { clearPartial } from "../clear-partial.ts";
import { PARTIAL_ENDING, verifyBlob } from "../transfer-blob.ts";
import { DELTA_FILE, dataPartName, type Delta, type DeltaFile, MAX_DELTA_BYTES, parseDelta } from "./delta-document.ts";

const BUFFER_BYTES = 4 * 2 ** 20;

export interface ApplyDelta {
  readonly files: Files;
  readonly delta: string;
  readonly base: string;
  /** Of the base bundle's manifest, as it was read. */
  readonly baseDigest: string;
  readonly out: string;
  readonly maxBytes?: number | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Looks at what was made before it gets its name; throwing keeps it from getting it. */
  check(directory: string, applied: AppliedDelta): Promise<void>;
}

export interface AppliedDelta {
  /** Of the new bundle's manifest. */
  readonly digest: string;
  readonly bytes: number;
  readonly dataBytes: number;
}

/** @throws bundle.deltaInvalid, bundle.entryRefused, everything `parseDelta` throws */
export async function readDelta(files: Files, directory: string): Promise<{ readonly delta: Delta; readonly digest: string }> {
  const file = path.join(directory, DELTA_FILE);
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("bundle.deltaInvalid", { file, reason: "it is missing" });
  if (status.kind !== "file") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status.kind}, not a file` });
  if (status.bytes > MAX_DELTA_BYTES) throw new WorkbenchError("bundle.deltaInvalid", { file, reason: `${status.bytes} bytes, at most ${MAX_DELTA_BYTES} are read` });
  const bytes = await files.readAll(file, MAX_DELTA_BYTES);
  return { delta: parseDelta(bytes, file), digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}` };
}

/**
 * Puts the new bundle together from the base and the delta. First everything that will be read is hashed: the base is the one that was meant, and whole. Then every new
 * file is written and held against its SHA-256. Made as `out`.partial and renamed last; an interrupted run begins anew.
 * @throws bundle.targetExists, bundle.deltaOtherBase, bundle.quotaExceeded, bundle.blobMissing, bundle.blobSizeMismatch, bundle.blobChanged, files.noSpace, everything `readDelta` and `check` throw
 */
export async function applyDelta(request: ApplyDelta): Promise<AppliedDelta> {
  const { files, signal, onProgress } = request;
  const out = path.resolve(request.out);
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  const { delta } = await readDelta(files, request.delta);
  if (delta.base.digest !== request.baseDigest) throw new WorkbenchError("bundle.deltaOtherBase", { expected: delta.base.digest, found: request.baseDigest });
  if (request.maxBytes !== undefined && delta.new.bytes > request.maxBytes) throw new WorkbenchError("bundle.quotaExceeded", { file: out, bytes: delta.new.bytes, limitBytes: request.maxBytes });
  const sources = [
    ...delta.base.files.map((file) => ({ file: path.join(request.base, file.path), ...file })),
    ...delta.data.parts.map((part, index) => ({ file: path.join(request.delta, dataPartName(index)), ...part })),
  ];
  const total = sources.reduce((sum, source) => sum + source.bytes, delta.new.bytes);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "apply", done, total, unit: "bytes" });
  };
  for (const { file, bytes, sha256 } of sources) await verifyBlob({ files, signal, onBytes }, file, { bytes, sha256 });
  const partial = `${out}.partial`;
  const applied: AppliedDelta = { digest: delta.new.digest, bytes: delta.new.bytes, dataBytes: delta.data.bytes };
  const reader = new StretchReader(files, request, delta);
  try {
    await files.remove(partial);
    await clearPartial(files, partial, [request.base, request.delta], new Map(delta.new.files.map((file) => [file.path, file.bytes])));
    for (const file of delta.new.files) await writeFile({ files, signal, onBytes }, reader, path.join(partial, file.path), file);
    await request.check(partial, applied);
    signal.throwIfAborted();
    await files.rename(partial, out);
  } catch (error) {
    await files.remove(partial).catch(() => undefined);
    throw error;
  } finally {
    await reader.close();
  }
  return applied;
}

/** A stretch of one file that is read. */
interface Read {
  readonly file: string;
  readonly at: number;
  readonly bytes: number;
  /** In the new file. */
  readonly to: number;
}

async function writeFile({ files, signal, onBytes }: { files: Files; signal: AbortSignal; onBytes(bytes: number): void }, reader: StretchReader, to: string, file: DeltaFile): Promise<void> {
  await files.makeDirectory(path.dirname(to));
  const temporary = `${to}${PARTIAL_ENDING}`;
  const target = await files.openForWriting(temporary, file.bytes);
  const hash = createHash("sha256");
  try {
    const read = async (piece: Read, buffer: Uint8Array): Promise<Uint8Array> => {
      signal.throwIfAborted();
      const bytes = buffer.subarray(0, piece.bytes);
      await reader.read(piece, bytes);
      return bytes;
    };
    await readAhead(reader.readsOf(file), BUFFER_BYTES, read, async (bytes, piece) => {
      hash.update(bytes);
      await target.write(bytes, piece.to);
      onBytes(bytes.length);
    });
    await target.sync();
  } finally {
    await target.close();
  }
  const found = hash.digest("hex");
  if (found !== file.sha256) throw new WorkbenchError("bundle.blobChanged", { file: to, expected: `sha256:${file.sha256}`, found: `sha256:${found}` });
  await files.rename(temporary, to);
}

/** Reads base and data; keeps one file open. */
class StretchReader {
  readonly #files: Files;
  readonly #directories: { readonly base: string; readonly delta: string };
  readonly #delta: Delta;
  #open: ReadableFile | null = null;

  constructor(files: Files, directories: { readonly base: string; readonly delta: string }, delta: Delta) {
    this.#files = files;
    this.#directories = directories;
    this.#delta = delta;
  }

  /** What a file is made of, in pieces of a buffer's length that each lie in one file. */
  *readsOf({ from }: DeltaFile): Generator<Read> {
    let to = 0;
    for (const [source, offset, bytes] of from) {
      for (let done = 0; done < bytes; ) {
        const place = this.#place(source, offset + done);
        const length = Math.min(BUFFER_BYTES, bytes - done, place.left);
        yield { file: place.file, at: place.at, bytes: length, to };
        done += length;
        to += length;
      }
    }
  }

  async read({ file, at }: Read, into: Uint8Array): Promise<void> {
    if (this.#open?.path !== file) {
      await this.close();
      this.#open = await this.#files.open(file);
    }
    await this.#open.read(into, at);
  }

  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = null;
  }

  #place(source: number | null, offset: number): { file: string; at: number; left: number } {
    const { base, data } = this.#delta;
    if (source !== null) return { file: path.join(this.#directories.base, base.files[source]?.path as string), at: offset, left: Number.POSITIVE_INFINITY };
    const part = Math.floor(offset / data.partBytes);
    return { file: path.join(this.#directories.delta, dataPartName(part)), at: offset % data.partBytes, left: data.partBytes - (offset % data.partBytes) };
  }
}
