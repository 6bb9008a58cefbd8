import { WorkbenchError } from "../../shared/errors.ts";
import type { CheckpointTensor } from "../domain/checkpoint.ts";
import { areFinite, decodeBfloat16, decodeFloat8, FLOAT8_MAXIMUM } from "./decode-values.ts";
import type { UnchangedFile } from "./unchanged-file.ts";

type Scale = NonNullable<CheckpointTensor["scale"]>;

/** The block scales that a range of rows of a float8 tensor needs, in buffers that the next range reuses. */
export class ScaleGrid {
  #raw = new Uint8Array(0);
  #values = new Float32Array(0);
  #firstRow = 0;
  #rowsPerMatrix = 1;
  #columns = 1;
  #blockRows = 1;
  #blockColumns = 1;

  /**
   * Reads and checks the scales of rows [rowStart, rowStart + rowCount) of a tensor [.., rowsPerMatrix, columns].
   * @throws checkpoint.valueNotFinite naming the scale's tensor, also when the scale would take the largest float8 beyond float32
   */
  async load(scale: Scale, file: UnchangedFile, rows: { readonly start: number; readonly count: number; readonly perMatrix: number }, columns: number): Promise<void> {
    this.#rowsPerMatrix = rows.perMatrix;
    this.#columns = columns;
    this.#blockRows = scale.blockRows;
    this.#blockColumns = scale.blockColumns;
    const perRow = Math.ceil(columns / scale.blockColumns);
    this.#firstRow = this.#scaleRow(rows.start);
    const count = (this.#scaleRow(rows.start + rows.count - 1) - this.#firstRow + 1) * perRow;
    if (this.#values.length < count) {
      this.#values = new Float32Array(count);
      this.#raw = new Uint8Array(count * 2);
    }
    const values = this.#values.subarray(0, count);
    const width = scale.dtype === "F32" ? 4 : 2;
    const bytes = scale.dtype === "F32" ? new Uint8Array(values.buffer, 0, count * 4) : this.#raw.subarray(0, count * 2);
    await file.read(bytes, scale.offset + this.#firstRow * perRow * width);
    if (scale.dtype === "BF16") decodeBfloat16(bytes, count, values);
    const limit = 3.4028234663852886e38 / FLOAT8_MAXIMUM;
    if (areFinite(values) && values.every((value) => Math.abs(value) <= limit)) return;
    const index = values.findIndex((value) => !(Math.abs(value) <= limit));
    throw new WorkbenchError("checkpoint.valueNotFinite", { tensor: scale.tensor, file: scale.file, index: this.#firstRow * perRow + index });
  }

  /** Blocks begin anew in every matrix of a stack; its scales are stacked in the same order. */
  #scaleRow(row: number): number {
    const matrix = Math.floor(row / this.#rowsPerMatrix);
    return matrix * Math.ceil(this.#rowsPerMatrix / this.#blockRows) + Math.floor((row % this.#rowsPerMatrix) / this.#blockRows);
  }

  /**
   * Decodes `count` float8 values from the tensor's element `first` on (row-major over all its rows).
   * @returns false when one of them is NaN
   */
  decode(from: Uint8Array, first: number, count: number, into: Float32Array): boolean {
    const perRow = Math.ceil(this.#columns / this.#blockColumns);
    let finite = true;
    let row = Math.floor(first / this.#columns);
    let column = first % this.#columns;
    for (let done = 0; done < count; row++, column = 0) {
      const scaleAt = (this.#scaleRow(row) - this.#firstRow) * perRow;
      while (column < this.#columns && done < count) {
        const block = Math.floor(column / this.#blockColumns);
        const blockEnd = Math.min((block + 1) * this.#blockColumns, this.#columns);
        const end = Math.min(done + blockEnd - column, count);
        finite = decodeFloat8(from, done, end, this.#values[scaleAt + block] as number, into) && finite;
        column += end - done;
        done = end;
      }
    }
    return finite;
  }
}
