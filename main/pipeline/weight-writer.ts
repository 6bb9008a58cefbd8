import path from "node:path";
import { createTensorSource } from "../checkpoint/tensor-source.ts";
import type { TensorSource } from "../domain/checkpoint.ts";
import type { Files, WritableFile } from "../domain/files.ts";
import type { Placement, StoredPart, TensorRows } from "../domain/weights.ts";
import { createBlockQuantizer } from "../quantize/block-quantizer.ts";
import type { PlannedWeight, WeightPlan } from "./weight-plan.ts";

/** Weights decoded at a time: 2^20 float32 are 4 MiB, large enough that a read costs nothing beside the arithmetic. */
const SLAB_WEIGHTS = 2 ** 20;

/** Stores weights one at a time: reads rows, quantizes them, writes each part at its place. Holds a slab, never a tensor. */
export class WeightWriter {
  readonly #files: Files;
  readonly #plan: WeightPlan;
  readonly #source: TensorSource;
  readonly #open = new Map<string, WritableFile>();
  readonly #slab = new Scratch((length) => new Float32Array(length));
  readonly #packed = new Scratch((length) => new Uint8Array(length));
  readonly #scales = new Scratch((length) => new Float32Array(length));
  readonly #zeroPoints = new Scratch((length) => new Uint8Array(length));

  constructor(files: Files, plan: WeightPlan) {
    this.#files = files;
    this.#plan = plan;
    this.#source = createTensorSource(files, plan.checkpoint);
  }

  /** @param index into the plan's weights */
  async store(index: number): Promise<void> {
    const planned = this.#plan.weights[index] as PlannedWeight;
    const { rows, columns } = planned.weight;
    // A transposed weight needs all its rows before the first is whole; it is one head's W_UK, [R, N], and small.
    const slabRows = planned.weight.transposed ? rows : Math.max(1, Math.floor(SLAB_WEIGHTS / columns));
    const sink = this.#sink(planned);
    for (let row = 0; row < rows; row += slabRows) {
      const count = Math.min(slabRows, rows - row);
      await sink(planned.weight.transposed ? await this.#readTransposed(planned) : await this.#readRows(planned, row, count), row, count);
    }
  }

  /** How rows of this weight become bytes in the package. */
  #sink({ weight, storage, placements }: PlannedWeight): (values: Float32Array, row: number, rowCount: number) => Promise<void> {
    const place = (part: StoredPart): Placement => placements.find((placement) => placement.part === part) as Placement;
    if (storage.kind === "float32") {
      return (values, row) => this.#write(place("float32"), row * weight.columns * 4, values);
    }
    const quantizer = createBlockQuantizer(storage, weight.columns);
    return async (values, row, rowCount) => {
      const packed = this.#packed.take(rowCount * quantizer.packedBytesPerRow);
      const scales = this.#scales.take(rowCount * quantizer.scalesPerRow);
      const zeroPoints = storage.symmetric ? null : this.#zeroPoints.take(rowCount * quantizer.zeroPointBytesPerRow);
      quantizer.quantize(values, rowCount, { packed, scales, zeroPoints });
      await this.#write(place("packed"), row * quantizer.packedBytesPerRow, packed);
      await this.#write(place("scales"), row * quantizer.scalesPerRow * 4, scales);
      if (zeroPoints !== null) await this.#write(place("zero_points"), row * quantizer.zeroPointBytesPerRow, zeroPoints);
    };
  }

  async #write(placement: Placement, offset: number, values: Float32Array | Uint8Array): Promise<void> {
    let file = this.#open.get(placement.file);
    if (file === undefined) {
      const { bytes } = this.#plan.files.find(({ name }) => name === placement.file) as { bytes: number };
      file = await this.#files.openForWriting(path.join(this.#plan.directory, placement.file), bytes);
      this.#open.set(placement.file, file);
    }
    await file.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), placement.offset + offset);
  }

  /** Rows [row, row + count) of the stacked parts, in a slab that the next read reuses. */
  async #readRows({ weight }: PlannedWeight, row: number, count: number): Promise<Float32Array> {
    const values = this.#slab.take(count * weight.columns);
    let partStart = 0;
    for (const part of weight.parts) {
      const from = Math.max(row, partStart);
      const to = Math.min(row + count, partStart + part.rowCount);
      if (from < to) {
        const into = values.subarray((from - row) * weight.columns, (to - row) * weight.columns);
        await this.#source.readRows(part.tensor, part.rowStart + from - partStart, to - from, into);
      }
      partStart += part.rowCount;
    }
    return values;
  }

  /** The parts are [columns, rows]: read them whole and turn them round. */
  async #readTransposed({ weight }: PlannedWeight): Promise<Float32Array> {
    const { rows, columns } = weight;
    const parts = new Float32Array(rows * columns);
    let done = 0;
    for (const { tensor, rowStart, rowCount } of weight.parts as readonly TensorRows[]) {
      await this.#source.readRows(tensor, rowStart, rowCount, parts.subarray(done, done + rowCount * rows));
      done += rowCount * rows;
    }
    const values = this.#slab.take(rows * columns);
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) values[row * columns + column] = parts[column * rows + row] as number;
    }
    return values;
  }
}

/** A buffer used again and again: a fresh one for each slab costs more page faults than the arithmetic takes time. */
class Scratch<T extends Float32Array | Uint8Array> {
  readonly #create: (length: number) => T;
  #buffer: T;

  constructor(create: (length: number) => T) {
    this.#create = create;
    this.#buffer = create(0);
  }

  /** What it holds is left from the last use. */
  take(length: number): T {
    if (this.#buffer.length < length) this.#buffer = this.#create(length);
    return this.#buffer.subarray(0, length) as T;
  }
}
