import { createHash, type Hash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files, WritableFile } from "../../domain/files.ts";
import type { OnProgress } from "../../domain/progress.ts";
import { encodeJoinScript, mediumDocuments, writeMediumDocuments } from "./medium-documents.ts";
import { checkVolumes } from "./check-volumes.ts";
import { openVolumes, requireOneSet } from "./open-volumes.ts";
import { VolumeBlocks } from "./volume-blocks.ts";
import { blockLength, partLength, partName, rowCount, volumeLength } from "./volume-geometry.ts";
import type { VolumeList } from "./volume-list.ts";

export interface RepairVolumes {
  readonly files: Files;
  readonly folders: readonly string[];
  readonly out: string;
  readonly expectedSet?: string | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  beforeNaming(repaired: RepairedVolumes): Promise<void>;
}

export interface RepairedVolumes {
  readonly set: string;
  /** Names of the volumes that were written anew. */
  readonly repaired: readonly string[];
  readonly bytes: number;
}

/**
 * Writes every volume that is missing or damaged anew, whole, into a folder of its own; what is there is only read. Nothing is written when nothing is lacking.
 * @throws bundle.targetExists, bundle.volumesMissing when too much is lost, bundle.volumeDamaged when what was computed is not what was written once, everything `openVolumes` throws
 */
export async function repairVolumes(request: RepairVolumes): Promise<RepairedVolumes> {
  const { files, folders, expectedSet, onProgress, signal } = request;
  const out = path.resolve(request.out);
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  const { volumes } = await checkVolumes({ files, folders, expectedSet, onProgress, signal });
  const opened = await openVolumes(files, folders, expectedSet);
  if (expectedSet === undefined) requireOneSet(opened);
  const lacking = volumes.flatMap(({ state }, volume) => (state === "whole" ? [] : [volume]));
  if (lacking.length === 0) return { set: opened.set, repaired: [], bytes: 0 };
  const partial = `${out}.partial`;
  await files.remove(partial);
  await files.makeDirectory(partial);
  const blocks = new VolumeBlocks(files, opened);
  const rewritten = lacking.map((volume) => new RewrittenVolume(files, opened.list, volume, partial));
  let done = 0;
  const total = lacking.reduce((sum, volume) => sum + volumeLength(opened.list, volume), 0);
  try {
    for (let row = 0; row < rowCount(opened.list); row++) {
      signal.throwIfAborted();
      const coder = await blocks.restoreRow(row);
      for (const volume of rewritten) done += await volume.write(row, coder.block(volume.volume));
      onProgress({ step: "repair", done, total, unit: "bytes" });
    }
    for (const volume of rewritten) await volume.finish(opened.listBytes);
    signal.throwIfAborted();
    const repaired: RepairedVolumes = { set: opened.set, repaired: lacking.map((volume) => (opened.list.volumes[volume] as { name: string }).name), bytes: total };
    await request.beforeNaming(repaired);
    await files.rename(partial, out);
    return repaired;
  } catch (error) {
    for (const volume of rewritten) await volume.close();
    await files.remove(partial).catch(() => undefined);
    throw error;
  } finally {
    await blocks.close();
  }
}

/** One volume being written from computed rows. */
class RewrittenVolume {
  readonly volume: number;
  readonly #files: Files;
  readonly #list: VolumeList;
  readonly #directory: string;
  readonly #name: string;
  #hash: Hash = createHash("sha256");
  #target: WritableFile | null = null;

  constructor(files: Files, list: VolumeList, volume: number, partial: string) {
    this.volume = volume;
    this.#files = files;
    this.#list = list;
    this.#name = (list.volumes[volume] as { name: string }).name;
    this.#directory = path.join(partial, this.#name);
  }

  /** @returns the bytes written */
  async write(row: number, block: Uint8Array): Promise<number> {
    const { blockBytes, partBytes, volumes } = this.#list;
    const bytes = blockLength(this.#list, this.volume, row);
    if (bytes === 0) return 0;
    const part = Math.floor((row * blockBytes) / partBytes);
    const at = (row * blockBytes) % partBytes;
    const length = partLength(this.#list, this.volume, part);
    const file = path.join(this.#directory, partName(this.#name, part));
    if (this.#target === null) {
      await this.#files.makeDirectory(this.#directory);
      this.#target = await this.#files.openForWriting(file, length);
    }
    const piece = block.subarray(0, bytes);
    await this.#target.write(piece, at);
    this.#hash.update(piece);
    if (at + bytes < length) return bytes;
    await this.#target.sync();
    await this.close();
    const found = this.#hash.digest("hex");
    this.#hash = createHash("sha256");
    const expected = volumes[this.volume]?.parts[part]?.sha256 as string;
    if (found !== expected) throw new WorkbenchError("bundle.volumeDamaged", { file, reason: `what the other volumes give has the SHA-256 ${found}, not ${expected}: one of them was changed` });
    return bytes;
  }

  /** What every medium carries beside its volume. */
  async finish(listBytes: Uint8Array): Promise<void> {
    await writeMediumDocuments(this.#files, this.#directory, mediumDocuments(this.#list, this.volume, listBytes, encodeJoinScript(this.#list, listBytes)));
  }

  async close(): Promise<void> {
    const target = this.#target;
    this.#target = null;
    await target?.close();
  }
}
