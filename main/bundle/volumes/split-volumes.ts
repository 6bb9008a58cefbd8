import { createHash, type Hash } from "node:crypto";
import path from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files, WritableFile } from "../../domain/files.ts";
import type { OnProgress } from "../../domain/progress.ts";
import { clearPartial } from "../clear-partial.ts";
import { readAhead } from "../read-ahead.ts";
import { PARTIAL_ENDING } from "../transfer-blob.ts";
import { chooseGeometry } from "./choose-geometry.ts";
import { encodeJoinScript, mediumDocuments, writeMediumDocuments } from "./medium-documents.ts";
import { readBack } from "./read-back.ts";
import { partFile, type Splitting } from "./splitting.ts";
import { dataVolumes, partCount, partLength, partName, volumeLength, type VolumeGeometry, volumeName } from "./volume-geometry.ts";
import { digestInName, digestOfList, encodeVolumeList, formatSum, parseVolumeList, VOLUME_LIST_FILE, type VolumeList } from "./volume-list.ts";
import { listSourceFiles, piecesOf, type SourceFile, SourceReader } from "./volume-source.ts";

/** Copied at a time. */
const CHUNK_BYTES = 4 * 2 ** 20;

export interface SplitVolumes {
  readonly files: Files;
  /** A bundle, or a delta. */
  readonly directory: string;
  readonly content: VolumeList["content"];
  readonly out: string;
  /** What one medium holds, its list and script included. */
  readonly mediumBytes: number;
  readonly recoveryVolumes: number;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  beforeNaming(made: SplitSet): Promise<void>;
}

export interface SplitSet {
  /** Of volumes.json. */
  readonly set: string;
  readonly dataVolumes: number;
  readonly recoveryVolumes: number;
  readonly volumeBytes: number;
  readonly bytes: number;
}

/**
 * Writes the volumes of a folder, each a folder for one medium, below `out`, which is made as `out`.partial and renamed last. Data volumes are copied first, then read
 * back and checked, and recovery computed on the way; a run that was cut off goes on behind the volumes it had finished.
 * @throws bundle.targetExists, bundle.volumeSizeUnfit, bundle.blobChanged, bundle.volumeDamaged, files.noSpace
 */
export async function splitVolumes(request: SplitVolumes): Promise<SplitSet> {
  const { files, signal, onProgress, content } = request;
  const out = path.resolve(request.out);
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  const placed = await listSourceFiles(files, request.directory);
  const geometry = chooseGeometry(placed, request.mediumBytes, request.recoveryVolumes);
  const total = geometry.bytes * 2 + geometry.recoveryVolumes * volumeLength(geometry, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "split", done, total, unit: "bytes" });
  };
  const splitting: Splitting = { files, signal, name: content.name, geometry, placed, source: request.directory, partial: `${out}.partial`, onBytes };
  try {
    await prepare(splitting, content.digest);
    const copied = await copyData(splitting);
    const parts = await readBack(splitting, copied.blockSums);
    const list = encodeVolumeList({
      content, ...geometry, files: placed.map(({ path: file, offset, bytes }, index) => ({ path: file, offset, bytes, sha256: copied.fileDigests[index] as string })),
      volumes: parts.map((ofVolume, volume) => ({ name: volumeName(content.name, geometry, volume), parts: ofVolume, blocks: (copied.blockSums[volume] as string[]).join("") })),
    });
    await writeDocuments(splitting, list, request.mediumBytes);
    await files.remove(planFile(splitting));
    signal.throwIfAborted();
    const made = { set: digestOfList(list), dataVolumes: dataVolumes(geometry), recoveryVolumes: geometry.recoveryVolumes, volumeBytes: geometry.volumeBytes, bytes: geometry.bytes };
    await request.beforeNaming(made);
    await files.rename(splitting.partial, out);
    return made;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "files.noSpace") await files.remove(splitting.partial).catch(() => undefined);
    throw error;
  }
}

const planFile = ({ partial }: Splitting): string => path.join(partial, "plan.json");
const Plan = z.object({ fingerprint: z.string() });
const MAX_PLAN_BYTES = 4096;

/** Keeps the finished parts of an earlier run if it split the same folder in the same way, and nothing else. */
async function prepare(splitting: Splitting, digest: string): Promise<void> {
  const { files, partial, source, geometry, placed, name } = splitting;
  const fingerprint = createHash("sha256").update(JSON.stringify([digest, geometry, placed])).digest("hex");
  const file = planFile(splitting);
  const found = (await files.status(file))?.kind === "file" ? Plan.safeParse(jsonOrNull(await files.readAll(file, MAX_PLAN_BYTES).catch(() => new Uint8Array()))) : null;
  const wanted = new Map<string, number>();
  for (let volume = 0; volume < dataVolumes(geometry); volume++) {
    const folder = volumeName(name, geometry, volume);
    for (let part = 0; part < partCount(geometry, volume); part++) wanted.set(`${folder}/${partName(folder, part)}`, partLength(geometry, volume, part));
  }
  if (found?.data?.fingerprint !== fingerprint) await files.remove(partial);
  await clearPartial(files, partial, [source], wanted);
  await files.writeWhole(file, new TextEncoder().encode(JSON.stringify({ fingerprint } satisfies z.infer<typeof Plan>)));
}

function jsonOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** Where a stretch of a part begins: in the part, and in the run of all files. */
interface Chunk {
  readonly at: number;
  readonly bytes: number;
  readonly offset: number;
}

function* chunksOf(geometry: VolumeGeometry, volume: number, part: number): Generator<Chunk> {
  const length = partLength(geometry, volume, part);
  for (let at = 0; at < length; at += CHUNK_BYTES) yield { at, bytes: Math.min(CHUNK_BYTES, length - at), offset: volume * geometry.volumeBytes + part * geometry.partBytes + at };
}

interface CopiedData {
  /** Per file, as placed. */
  readonly fileDigests: readonly string[];
  /** Per volume and block, CRC-32 of what was read; recovery volumes follow when they are made. */
  readonly blockSums: string[][];
}

/** Reads every file once, in order, and writes the data volumes. Parts that are there already are not written again: reading back shows whether they are right. */
async function copyData(splitting: Splitting): Promise<CopiedData> {
  const { files, geometry, placed, source } = splitting;
  const reader = new SourceReader(files, source, placed);
  const digests = new FileDigests(splitting);
  const blockSums: string[][] = [];
  try {
    for (let volume = 0; volume < dataVolumes(geometry); volume++) {
      const sums: string[] = [];
      for (let part = 0; part < partCount(geometry, volume); part++) {
        await writeUnlessThere(splitting, partFile(splitting, volume, part), partLength(geometry, volume, part), (target) => copyPart(splitting, chunksOf(geometry, volume, part), { reader, digests, sums, target }));
      }
      blockSums.push(sums);
    }
  } finally {
    await reader.close();
  }
  return { fileDigests: digests.all(), blockSums };
}

async function copyPart({ signal, geometry, onBytes }: Splitting, chunks: Iterable<Chunk>, { reader, digests, sums, target }: { reader: SourceReader; digests: FileDigests; sums: string[]; target: WritableFile | null }): Promise<void> {
  const read = async ({ offset, bytes }: Chunk, buffer: Uint8Array): Promise<Uint8Array> => {
    signal.throwIfAborted();
    const chunk = buffer.subarray(0, bytes);
    await reader.read(offset, chunk);
    return chunk;
  };
  await readAhead(chunks, CHUNK_BYTES, read, async (chunk, { at, offset }) => {
    digests.update(offset, chunk);
    for (let block = 0; block < chunk.length; block += geometry.blockBytes) sums.push(formatSum(crc32(chunk.subarray(block, block + geometry.blockBytes))));
    await target?.write(chunk, at);
    onBytes(chunk.length);
  });
}

/** A part gets its name when all of it is on the medium. */
async function writeUnlessThere({ files }: Splitting, file: string, bytes: number, fill: (target: WritableFile | null) => Promise<void>): Promise<void> {
  if ((await files.status(file)) !== undefined) return fill(null);
  await files.makeDirectory(path.dirname(file));
  const temporary = `${file}${PARTIAL_ENDING}`;
  const target = await files.openForWriting(temporary, bytes);
  try {
    await fill(target);
    await target.sync();
  } finally {
    await target.close();
  }
  await files.rename(temporary, file);
}

/** SHA-256 of the files as the run passes by. */
class FileDigests {
  readonly #splitting: Splitting;
  readonly #found = new Map<SourceFile, string>();
  #hash: Hash = createHash("sha256");

  constructor(splitting: Splitting) {
    this.#splitting = splitting;
  }

  /** @throws bundle.blobChanged when a content-addressed file is not what its name says */
  update(offset: number, chunk: Uint8Array): void {
    let done = 0;
    for (const { file, at, bytes } of piecesOf(this.#splitting.placed, offset, chunk.length)) {
      this.#hash.update(chunk.subarray(done, done + bytes));
      done += bytes;
      if (at + bytes < file.bytes) continue;
      const found = this.#hash.digest("hex");
      this.#hash = createHash("sha256");
      const named = digestInName(file.path);
      if (named !== undefined && named !== found) throw new WorkbenchError("bundle.blobChanged", { file: path.join(this.#splitting.source, file.path), expected: `sha256:${named}`, found: `sha256:${found}` });
      this.#found.set(file, found);
    }
  }

  all(): string[] {
    const empty = createHash("sha256").digest("hex");
    return this.#splitting.placed.map((file) => this.#found.get(file) ?? empty);
  }
}

/** List, sums and script, the same in every volume's folder but for the sums. */
async function writeDocuments({ files, geometry, partial, name }: Splitting, list: Uint8Array, mediumBytes: number): Promise<void> {
  const parsed = parseVolumeList(list, VOLUME_LIST_FILE);
  const script = encodeJoinScript(parsed, list);
  for (const [volume, { name: folder }] of parsed.volumes.entries()) {
    const documents = mediumDocuments(parsed, volume, list, script);
    const bytes = documents.reduce((sum, [, content]) => sum + content.length, volumeLength(geometry, volume));
    if (bytes > mediumBytes) throw new Error(`${name}: volume ${volume + 1} takes ${bytes} bytes of ${mediumBytes}`);
    await writeMediumDocuments(files, path.join(partial, folder), documents);
  }
}
