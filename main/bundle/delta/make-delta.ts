import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import type { OnProgress } from "../../domain/progress.ts";
import { readAhead } from "../read-ahead.ts";
import { digestInName, PART_BYTES } from "../volumes/volume-list.ts";
import { listSourceFiles, type SourceFile } from "../volumes/volume-source.ts";
import { type Chunk, CHUNK_BYTES, chunksOf, type TensorStarts } from "./chunk-borders.ts";
import { DataWriter } from "./data-writer.ts";
import { DELTA_FILE, DELTA_SUMS_FILE, dataPartName, type Delta, encodeDelta, parseDelta, type Stretch } from "./delta-document.ts";

/** A folder to compare. */
export interface DeltaSide {
  readonly directory: string;
  /** Of its bundle's manifest. */
  readonly digest: string;
  /** Per file, where tensors begin; files that are not named are cut evenly. */
  readonly tensors: TensorStarts;
  /** Whether every copy of the bundle has this file, so that the receiver's base may be asked for it. */
  isLasting(path: string): boolean;
}

export interface MakeDelta {
  readonly files: Files;
  readonly base: DeltaSide;
  readonly next: DeltaSide;
  readonly out: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  beforeNaming(made: MadeDelta): Promise<void>;
}

export interface MadeDelta {
  /** sha256:… of delta.json. */
  readonly digest: string;
  readonly base: string;
  readonly next: string;
  /** Of the new bundle. */
  readonly bytes: number;
  /** That have to travel. */
  readonly dataBytes: number;
  readonly keptFiles: number;
  readonly changedFiles: number;
}

/**
 * Writes what turns one bundle into another. Files that are the same are named; of the others, chunks that lie anywhere in the base are. Made as `out`.partial and
 * renamed last; an interrupted run begins anew.
 * @throws bundle.targetExists, bundle.deltaEmpty when both are the same, bundle.blobChanged when a bundle is damaged, files.noSpace
 */
export async function makeDelta(request: MakeDelta): Promise<MadeDelta> {
  const { files, base, next, signal } = request;
  const out = path.resolve(request.out);
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  if (base.digest === next.digest) throw new WorkbenchError("bundle.deltaEmpty", { digest: base.digest });
  const [baseFiles, newFiles] = [await listSourceFiles(files, base.directory), await listSourceFiles(files, next.directory)];
  const total = [...baseFiles, ...newFiles].reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    request.onProgress({ step: "compare", done, total, unit: "bytes" });
  };
  const partial = `${out}.partial`;
  await files.remove(partial);
  await files.makeDirectory(partial);
  const writer = new DataWriter(files, partial, PART_BYTES);
  try {
    const index = await indexBase({ files, signal, onBytes }, base, baseFiles, new Set(newFiles.map((file) => digestInName(file.path) ?? "")));
    const made: Delta["new"]["files"] = [];
    for (const file of newFiles) made.push(await describeFile({ files, signal, onBytes }, next, file, { index, writer }));
    const data = await writer.finish();
    const document = encodeDelta(withUsedFiles({ base: { digest: base.digest, files: index.files }, new: { digest: next.digest, bytes: newFiles.reduce((sum, file) => sum + file.bytes, 0), files: made }, data: { bytes: writer.bytes, partBytes: PART_BYTES, parts: data } }));
    parseDelta(document, DELTA_FILE);
    await writeDocuments(files, partial, document, data);
    signal.throwIfAborted();
    const kept = made.filter(({ from }) => from.every(([source]) => source !== null)).length;
    const result: MadeDelta = { digest: `sha256:${hex(document)}`, base: base.digest, next: next.digest, bytes: newFiles.reduce((sum, file) => sum + file.bytes, 0), dataBytes: writer.bytes, keptFiles: kept, changedFiles: made.length - kept };
    await request.beforeNaming(result);
    await files.rename(partial, out);
    return result;
  } catch (error) {
    await writer.close();
    await files.remove(partial).catch(() => undefined);
    throw error;
  }
}

const hex = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

interface Comparing {
  readonly files: Files;
  readonly signal: AbortSignal;
  onBytes(bytes: number): void;
}

/** What the base has: files by digest, chunks by theirs. */
interface BaseIndex {
  readonly files: { path: string; bytes: number; sha256: string }[];
  readonly byDigest: ReadonlyMap<string, number>;
  /** First 16 bytes of the SHA-256, as Latin-1, and length → where. 128 bits are enough to tell chunks apart; the new file's SHA-256 is checked when it is put together. */
  readonly chunks: ReadonlyMap<string, { readonly file: number; readonly at: number }>;
}

const KEY_BYTES = 16;

/** @param wanted digests of content-addressed files that the new bundle has as well: no need to look inside */
async function indexBase(comparing: Comparing, side: DeltaSide, placed: readonly SourceFile[], wanted: ReadonlySet<string>): Promise<BaseIndex> {
  const listed: BaseIndex["files"] = [];
  const byDigest = new Map<string, number>();
  const chunks = new Map<string, { file: number; at: number }>();
  for (const [file, source] of placed.entries()) {
    const known = !side.isLasting(source.path) || wanted.has(digestInName(source.path) ?? "-");
    const sha256 = await readChunks(comparing, side, source, async (key, { at }) => {
      if (!known && !chunks.has(key)) chunks.set(key, { file, at });
    });
    listed.push({ path: source.path, bytes: source.bytes, sha256 });
    if (side.isLasting(source.path)) byDigest.set(sha256, file);
  }
  return { files: listed, byDigest, chunks };
}

async function describeFile(comparing: Comparing, side: DeltaSide, source: SourceFile, { index, writer }: { index: BaseIndex; writer: DataWriter }): Promise<Delta["new"]["files"][number]> {
  const from: Stretch[] = [];
  const whole = index.byDigest.get(digestInName(source.path) ?? "-");
  const sha256 = await readChunks(comparing, side, source, async (key, { bytes }, chunk) => {
    if (whole !== undefined) return;
    const found = index.chunks.get(key);
    if (found !== undefined) append(from, [found.file, found.at, bytes]);
    else {
      append(from, [null, writer.bytes, bytes]);
      await writer.write(chunk);
    }
  });
  const { path: file, bytes } = source;
  return { path: file, bytes, sha256, from: whole !== undefined && bytes > 0 ? [[whole, 0, bytes]] : from };
}

/** Stretches that follow one another in their source are one. */
function append(from: Stretch[], [source, offset, bytes]: Stretch): void {
  const last = from.at(-1);
  if (last !== undefined && last[0] === source && last[1] + last[2] === offset) last[2] += bytes;
  else from.push([source, offset, bytes]);
}

/** Base files that nothing is taken from need not be at the receiver. */
function withUsedFiles(delta: Omit<Delta, "format">): Omit<Delta, "format"> {
  const used = [...new Set(delta.new.files.flatMap(({ from }) => from.flatMap(([source]) => (source === null ? [] : [source]))))].sort((a, b) => a - b);
  const places = new Map(used.map((file, index) => [file, index]));
  const files = delta.new.files.map((file) => ({ ...file, from: file.from.map(([source, offset, bytes]): Stretch => [source === null ? null : (places.get(source) as number), offset, bytes]) }));
  return { ...delta, base: { ...delta.base, files: used.map((file) => delta.base.files[file] as Delta["base"]["files"][number]) }, new: { ...delta.new, files } };
}

/** Reads a file chunk by chunk. @returns its SHA-256 @throws bundle.blobChanged when its name says another */
async function readChunks({ files, signal, onBytes }: Comparing, { directory, tensors }: DeltaSide, { path: inner, bytes }: SourceFile, use: (key: string, chunk: Chunk, content: Uint8Array) => Promise<void>): Promise<string> {
  const file = path.join(directory, inner);
  const hash = createHash("sha256");
  const source = await files.open(file);
  try {
    const read = async ({ at, bytes: length }: Chunk, buffer: Uint8Array): Promise<Uint8Array> => {
      signal.throwIfAborted();
      const chunk = buffer.subarray(0, length);
      await source.read(chunk, at);
      return chunk;
    };
    // One chunk's data is written before the next one's, so that offsets in the data follow the order of the file.
    let last: Promise<void> = Promise.resolve();
    await readAhead(chunksOf(bytes, tensors.get(inner) ?? []), CHUNK_BYTES, read, (content, chunk) => {
      hash.update(content);
      const key = `${createHash("sha256").update(content).digest().toString("latin1", 0, KEY_BYTES)}${chunk.bytes}`;
      last = last.then(() => use(key, chunk, content)).then(() => onBytes(content.length));
      return last;
    });
  } finally {
    await source.close();
  }
  const found = hash.digest("hex");
  const named = digestInName(inner);
  if (named !== undefined && named !== found) throw new WorkbenchError("bundle.blobChanged", { file, expected: `sha256:${named}`, found: `sha256:${found}` });
  return found;
}

async function writeDocuments(files: Files, partial: string, document: Uint8Array, data: Delta["data"]["parts"]): Promise<void> {
  await files.writeWhole(path.join(partial, DELTA_FILE), document);
  const sums = [[hex(document), DELTA_FILE], ...data.map(({ sha256 }, part) => [sha256, dataPartName(part)])].map(([sum, name]) => `${sum}  ${name}\n`).join("");
  await files.writeWhole(path.join(partial, DELTA_SUMS_FILE), new TextEncoder().encode(sums));
}
