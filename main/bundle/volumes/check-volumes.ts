import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { VolumeSetCheck, VolumeState } from "../../../shared/schemas/bundle.ts";
import type { Files } from "../../domain/files.ts";
import type { OnProgress } from "../../domain/progress.ts";
import { readAhead } from "../read-ahead.ts";
import { type FoundPart, type OpenedVolumes, openVolumes } from "./open-volumes.ts";
import { blockCount, blockLength, dataVolumes, partLength, rowCount, volumeLength } from "./volume-geometry.ts";
import { blockSum, formatSum, type VolumeList } from "./volume-list.ts";

const CHUNK_BYTES = 4 * 2 ** 20;

export interface CheckVolumes {
  readonly files: Files;
  readonly folders: readonly string[];
  readonly expectedSet?: string | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/**
 * Reads every volume in the folders and says which are here, which are missing and which are damaged, and whether the bundle can be had from them.
 * @throws everything `openVolumes` throws
 */
export async function checkVolumes({ files, folders, expectedSet, onProgress, signal }: CheckVolumes): Promise<VolumeSetCheck> {
  const opened = await openVolumes(files, folders, expectedSet);
  const { list, set } = opened;
  const total = opened.parts.flat(2).reduce((sum, copy) => sum + copy.bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "check", done, total, unit: "bytes" });
  };
  const losses = new Uint16Array(rowCount(list));
  const volumes: VolumeSetCheck["volumes"] = [];
  for (const [volume, { name }] of list.volumes.entries()) {
    const good = new Uint8Array(blockCount(list, volume));
    const state = await checkVolume({ files, signal, onBytes }, opened, volume, good);
    for (let row = 0; row < good.length; row++) if (good[row] === 0) losses[row] = (losses[row] as number) + 1;
    volumes.push({
      name, kind: volume < dataVolumes(list) ? "data" : "recovery", bytes: volumeLength(list, volume), blocks: good.length, badBlocks: good.reduce((sum, is) => sum + 1 - is, 0), ...state,
    });
  }
  const dataWhole = volumes.every(({ kind, state }) => kind === "recovery" || state === "whole");
  const most = losses.reduce((most, lost) => Math.max(most, lost), 0);
  return {
    set, content: list.content, bytes: list.bytes, recoveryVolumes: list.recoveryVolumes, volumes, otherLists: [...opened.otherLists],
    verdict: volumes.every(({ state }) => state === "whole") ? "whole" : dataWhole ? "dataWhole" : most <= list.recoveryVolumes ? "repairable" : "incomplete",
    neededVolumes: Math.max(0, most - list.recoveryVolumes),
  };
}

interface Checking {
  readonly files: Files;
  readonly signal: AbortSignal;
  onBytes(bytes: number): void;
}

/** @param good filled with 1 where some copy has the block */
async function checkVolume(checking: Checking, { list, parts }: OpenedVolumes, volume: number, good: Uint8Array): Promise<{ state: VolumeState; files: string[]; reason: string | null }> {
  const copies = parts[volume] ?? [];
  const files = copies.flat().map(({ file }) => file);
  if (copies.every((ofPart) => ofPart.length === 0)) return { state: "missing", files, reason: null };
  let isWhole = true;
  let reason: string | null = null;
  for (const [part, ofPart] of copies.entries()) {
    let partIsWhole = false;
    for (const copy of ofPart) {
      const fault = await checkPart(checking, list, { volume, part, copy }, good);
      if (fault === null) partIsWhole = true;
      else reason ??= fault;
    }
    if (ofPart.length === 0) reason ??= `part ${part + 1} is missing`;
    isWhole &&= partIsWhole;
  }
  return isWhole ? { state: "whole", files, reason } : { state: "damaged", files, reason };
}

/** @returns what is wrong with this copy; null: nothing */
async function checkPart({ files, signal, onBytes }: Checking, list: VolumeList, { volume, part, copy }: { volume: number; part: number; copy: FoundPart }, good: Uint8Array): Promise<string | null> {
  const expected = list.volumes[volume]?.parts[part] as { bytes: number; sha256: string };
  const first = (part * list.partBytes) / list.blockBytes;
  const bytes = Math.min(copy.bytes, expected.bytes);
  const hash = createHash("sha256");
  const found: number[] = [];
  try {
    const source = await files.open(copy.file);
    try {
      const read = async (at: number, buffer: Uint8Array): Promise<Uint8Array> => {
        signal.throwIfAborted();
        const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, bytes - at));
        await source.read(chunk, at);
        return chunk;
      };
      await readAhead(steps(bytes), CHUNK_BYTES, read, async (chunk, at) => {
        hash.update(chunk);
        for (let inside = 0; inside < chunk.length; inside += list.blockBytes) {
          const block = first + (at + inside) / list.blockBytes;
          const piece = chunk.subarray(inside, inside + list.blockBytes);
          if (piece.length === blockLength(list, volume, block) && formatSum(crc32(piece)) === blockSum(list, volume, block)) found.push(block);
        }
        onBytes(chunk.length);
      });
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof WorkbenchError) || error.code !== "files.readFailed") throw error;
    for (const block of found) good[block] = 1;
    return error.details && "reason" in error.details ? String(error.details.reason) : "it cannot be read";
  }
  const blocks = Math.ceil(partLength(list, volume, part) / list.blockBytes);
  const isSame = hash.digest("hex") === expected.sha256;
  // Every sum holds and the digest does not: no accident does that, so no block of it is believed.
  if (found.length === blocks && !isSame) return "its SHA-256 differs though every block's sum holds: it was changed on purpose";
  for (const block of found) good[block] = 1;
  if (copy.bytes < expected.bytes) return `cut off: ${copy.bytes} of ${expected.bytes} bytes`;
  if (copy.bytes > expected.bytes) return `too long: ${copy.bytes} bytes, expected ${expected.bytes}`;
  return isSame ? null : `${blocks - found.length} of ${blocks} blocks differ`;
}

function* steps(bytes: number): Generator<number> {
  for (let at = 0; at < bytes; at += CHUNK_BYTES) yield at;
}
