import { crc32 } from "node:zlib";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files, ReadableFile } from "../../domain/files.ts";
import type { FoundPart, OpenedVolumes } from "./open-volumes.ts";
import { RecoveryCoder } from "./recovery-coder.ts";
import { allVolumes, blockLength, dataVolumes } from "./volume-geometry.ts";
import { blockSum, formatSum } from "./volume-list.ts";

/** A folder of 256 volumes in two copies stays below what a process may have open. */
const MAX_OPEN_FILES = 600;

/** Blocks of a set, from whichever copy holds them, or computed from the other volumes where none does. */
export class VolumeBlocks {
  readonly #files: Files;
  readonly #opened: OpenedVolumes;
  readonly #open = new Map<string, ReadableFile>();
  #coder: RecoveryCoder | null = null;

  constructor(files: Files, opened: OpenedVolumes) {
    this.#files = files;
    this.#opened = opened;
  }

  /** Fills `into` with a block that has its sum. @returns false when no copy has it */
  async read(volume: number, block: number, into: Uint8Array): Promise<boolean> {
    const { list, parts } = this.#opened;
    const bytes = blockLength(list, volume, block);
    into.fill(0, bytes);
    if (bytes === 0) return true;
    const at = block * list.blockBytes;
    for (const copy of parts[volume]?.[Math.floor(at / list.partBytes)] ?? []) {
      if (await this.#readCopy(copy, at % list.partBytes, into.subarray(0, bytes), blockSum(list, volume, block))) return true;
    }
    return false;
  }

  /**
   * Fills `into` with a data block, computing it from its row when no copy has it.
   * @returns whether it had to be computed
   * @throws bundle.volumesMissing naming what keeps the row from being computed
   */
  async readOrRestore(volume: number, block: number, into: Uint8Array): Promise<boolean> {
    if (await this.read(volume, block, into)) return false;
    const coder = await this.restoreRow(block);
    into.set(coder.block(volume).subarray(0, into.length));
    return true;
  }

  /**
   * A whole row: data that no copy has is computed, and so is recovery.
   * @returns the coder that holds it, until the next row is asked for
   * @throws bundle.volumesMissing
   */
  async restoreRow(block: number): Promise<RecoveryCoder> {
    const { list } = this.#opened;
    const data = dataVolumes(list);
    const all = allVolumes(list);
    this.#coder ??= list.recoveryVolumes === 0 ? null : new RecoveryCoder({ dataBlocks: data, recoveryBlocks: list.recoveryVolumes, blockBytes: list.blockBytes });
    const present: boolean[] = [];
    const scratch = this.#coder === null ? new Uint8Array(list.blockBytes) : null;
    for (let volume = 0; volume < all; volume++) present.push(await this.read(volume, block, scratch ?? (this.#coder as RecoveryCoder).block(volume)));
    if (this.#coder === null || present.filter(Boolean).length < data) throw volumesMissing(this.#opened, present);
    if (present.slice(0, data).includes(false)) await this.#coder.restore(present);
    await this.#coder.encode();
    return this.#coder;
  }

  async close(): Promise<void> {
    await this.#coder?.end();
    this.#coder = null;
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const file of open) await file.close();
  }

  async #readCopy({ file, bytes }: FoundPart, at: number, into: Uint8Array, sum: string): Promise<boolean> {
    if (at + into.length > bytes) return false;
    try {
      await (await this.#at(file)).read(into, at);
    } catch (error) {
      // A disc that cannot be read here is as good as one that was scratched here.
      if (error instanceof WorkbenchError && error.code === "files.readFailed") return false;
      throw error;
    }
    return formatSum(crc32(into)) === sum;
  }

  async #at(file: string): Promise<ReadableFile> {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    if (this.#open.size >= MAX_OPEN_FILES) {
      const [oldest, open] = this.#open.entries().next().value as [string, ReadableFile];
      this.#open.delete(oldest);
      await open.close();
    }
    const open = await this.#files.open(file);
    this.#open.set(file, open);
    return open;
  }
}

/** Names every volume that a person could bring to help. `present`: of one row. */
function volumesMissing({ list, parts }: OpenedVolumes, present: readonly boolean[]): WorkbenchError {
  const names = list.volumes.map(({ name }) => name);
  const isHere = (volume: number): boolean => (parts[volume] ?? []).every((copies) => copies.length > 0);
  const lacking = names.filter((_, volume) => !present[volume]);
  const missing = names.filter((_, volume) => !isHere(volume));
  return new WorkbenchError("bundle.volumesMissing", {
    missing: missing.join(", "), damaged: lacking.filter((name) => !missing.includes(name)).join(", "), neededVolumes: Math.max(1, present.filter((is) => !is).length - list.recoveryVolumes),
  });
}
