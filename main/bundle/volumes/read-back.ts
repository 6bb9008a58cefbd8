import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { ReadableFile } from "../../domain/files.ts";
import { RecoveryVolumes } from "./recovery-volumes.ts";
import { partFile, type Splitting } from "./splitting.ts";
import { blockLength, partLength, rowCount } from "./volume-geometry.ts";
import { formatSum, type VolumeList } from "./volume-list.ts";

type Parts = VolumeList["volumes"][number]["parts"];

/**
 * Reads the data volumes back, row by row, holds every block against what was copied, and computes the recovery volumes from what was read: what ends up in the list
 * was seen on the medium. Recovery volumes are read back in turn.
 * @param blockSums per data volume; those of the recovery volumes are added
 * @returns per volume its parts with their SHA-256
 * @throws bundle.volumeDamaged
 */
export async function readBack(splitting: Splitting, blockSums: string[][]): Promise<Parts[]> {
  if (splitting.geometry.recoveryVolumes === 0) return readVolumes(splitting, 0, blockSums);
  const recovery = new RecoveryVolumes(splitting);
  try {
    const data = await readRows(splitting, blockSums, recovery);
    const sums = await recovery.finish();
    const first = blockSums.length;
    blockSums.push(...sums);
    return [...data, ...(await readVolumes(splitting, first, sums))];
  } finally {
    await recovery.close();
  }
}

/** All data volumes side by side. */
async function readRows(splitting: Splitting, blockSums: readonly (readonly string[])[], recovery: RecoveryVolumes): Promise<Parts[]> {
  const { geometry, signal } = splitting;
  const volumes = blockSums.map((sums, volume) => new VolumeReadBack(splitting, volume, sums));
  try {
    await recovery.begin();
    for (let row = 0; row < rowCount(geometry); row++) {
      signal.throwIfAborted();
      const coder = await recovery.coderFor(row);
      await allSettled(volumes.map((volume, index) => volume.readBlock(row, coder.block(index))));
      recovery.code(row, coder);
    }
    return volumes.map((volume) => volume.parts());
  } finally {
    for (const volume of volumes) await volume.close();
  }
}

/** One volume after the other. */
async function readVolumes(splitting: Splitting, first: number, blockSums: readonly (readonly string[])[]): Promise<Parts[]> {
  const block = new Uint8Array(splitting.geometry.blockBytes);
  const parts: Parts[] = [];
  for (const [index, sums] of blockSums.entries()) {
    const volume = new VolumeReadBack(splitting, first + index, sums);
    try {
      for (let row = 0; row < sums.length; row++) {
        splitting.signal.throwIfAborted();
        await volume.readBlock(row, block);
      }
      parts.push(volume.parts());
    } finally {
      await volume.close();
    }
  }
  return parts;
}

/** As Promise.all, but nothing reads any more when it throws. */
async function allSettled(reads: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(reads)).find((read) => read.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** One written volume, read in order. */
class VolumeReadBack {
  readonly #splitting: Splitting;
  readonly #volume: number;
  readonly #sums: readonly string[];
  readonly #parts: Parts = [];
  #hash: Hash = createHash("sha256");
  #open: ReadableFile | null = null;

  constructor(splitting: Splitting, volume: number, sums: readonly string[]) {
    this.#splitting = splitting;
    this.#volume = volume;
    this.#sums = sums;
  }

  /** Fills `into`, with zeros behind the end of the volume. */
  async readBlock(row: number, into: Uint8Array): Promise<void> {
    const { files, geometry, onBytes } = this.#splitting;
    const bytes = blockLength(geometry, this.#volume, row);
    into.fill(0, bytes);
    if (bytes === 0) return;
    const part = Math.floor((row * geometry.blockBytes) / geometry.partBytes);
    const at = (row * geometry.blockBytes) % geometry.partBytes;
    const file = partFile(this.#splitting, this.#volume, part);
    this.#open ??= await files.open(file);
    const block = into.subarray(0, bytes);
    await this.#open.read(block, at);
    if (formatSum(crc32(block)) !== this.#sums[row]) {
      // Written anew by the next run.
      await files.remove(file);
      throw new WorkbenchError("bundle.volumeDamaged", { file, reason: `it does not read back as it was written, at byte ${at}` });
    }
    this.#hash.update(block);
    onBytes(bytes);
    const length = partLength(geometry, this.#volume, part);
    if (at + bytes === length) await this.#endPart(length);
  }

  parts(): Parts {
    return this.#parts;
  }

  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = null;
  }

  async #endPart(bytes: number): Promise<void> {
    this.#parts.push({ bytes, sha256: this.#hash.digest("hex") });
    this.#hash = createHash("sha256");
    await this.close();
  }
}
