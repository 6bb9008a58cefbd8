import path from "node:path";
import { crc32 } from "node:zlib";
import type { WritableFile } from "../../domain/files.ts";
import { PARTIAL_ENDING } from "../transfer-blob.ts";
import { RecoveryCoder } from "./recovery-coder.ts";
import { partFile, type Splitting } from "./splitting.ts";
import { blockLength, dataVolumes, partCount, partLength } from "./volume-geometry.ts";
import { formatSum } from "./volume-list.ts";

/** One row is coded while the next is read. */
const CODERS = 2;

/** The recovery volumes of a split, written row by row. */
export class RecoveryVolumes {
  readonly #splitting: Splitting;
  readonly #coders: RecoveryCoder[];
  readonly #coding: Promise<void>[];
  /** Per recovery volume, its parts. */
  readonly #targets: WritableFile[][] = [];
  readonly #sums: string[][];

  constructor(splitting: Splitting) {
    const { blockBytes, recoveryVolumes } = splitting.geometry;
    this.#splitting = splitting;
    this.#coders = Array.from({ length: CODERS }, () => new RecoveryCoder({ dataBlocks: dataVolumes(splitting.geometry), recoveryBlocks: recoveryVolumes, blockBytes }));
    this.#coding = Array.from({ length: CODERS }, () => Promise.resolve());
    this.#sums = Array.from({ length: recoveryVolumes }, () => []);
  }

  /** Takes the space they need before any work is done. */
  async begin(): Promise<void> {
    const { files, geometry } = this.#splitting;
    const first = dataVolumes(geometry);
    for (let volume = first; volume < first + geometry.recoveryVolumes; volume++) {
      const parts: WritableFile[] = [];
      this.#targets.push(parts);
      for (let part = 0; part < partCount(geometry, volume); part++) {
        const file = partFile(this.#splitting, volume, part);
        await files.makeDirectory(path.dirname(file));
        parts.push(await files.openForWriting(`${file}${PARTIAL_ENDING}`, partLength(geometry, volume, part)));
      }
    }
  }

  /** A coder whose row may be filled. @throws what coding an earlier row met */
  async coderFor(row: number): Promise<RecoveryCoder> {
    await this.#coding[row % CODERS];
    return this.#coders[row % CODERS] as RecoveryCoder;
  }

  /** Codes the row that was filled, in its own time. */
  code(row: number, coder: RecoveryCoder): void {
    const coding = coder.encode().then(() => this.#write(row, coder));
    // Met by whoever wants the coder next, or by finish().
    coding.catch(() => undefined);
    this.#coding[row % CODERS] = coding;
  }

  /** @returns per recovery volume, the sums of its blocks */
  async finish(): Promise<string[][]> {
    await Promise.all(this.#coding);
    const targets = this.#targets.splice(0).flat();
    try {
      for (const target of targets) await target.sync();
    } finally {
      for (const target of targets) await target.close();
    }
    for (const { path: temporary } of targets) await this.#splitting.files.rename(temporary, temporary.slice(0, -PARTIAL_ENDING.length));
    return this.#sums;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#coding);
    for (const coder of this.#coders) await coder.end();
    for (const target of this.#targets.flat()) await target.close();
  }

  async #write(row: number, coder: RecoveryCoder): Promise<void> {
    const { geometry } = this.#splitting;
    const first = dataVolumes(geometry);
    for (const [index, parts] of this.#targets.entries()) {
      const block = coder.block(first + index).subarray(0, blockLength(geometry, first + index, row));
      (this.#sums[index] as string[])[row] = formatSum(crc32(block));
      const at = row * geometry.blockBytes;
      await parts[Math.floor(at / geometry.partBytes)]?.write(block, at % geometry.partBytes);
    }
  }
}
