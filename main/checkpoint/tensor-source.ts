import { WorkbenchError } from "../../shared/errors.ts";
import type { Checkpoint, CheckpointTensor, StoredDtype, TensorSource } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import { areFinite, decodeBfloat16, decodeFloat16 } from "./decode-values.ts";
import { OpenFileSet } from "./open-file-set.ts";
import { ScaleGrid } from "./scale-grid.ts";
import type { UnchangedFile } from "./unchanged-file.ts";

/** One piece is decoded while the next is read; two of them fit a core's cache. A multiple of every stored width. */
const PIECE_BYTES = 1 << 19;
const STORED_BYTES: Readonly<Record<StoredDtype, number>> = { F32: 4, F16: 2, BF16: 2, F8_E4M3: 1 };

/**
 * Reads decoded weights of an opened checkpoint. Memory: two pieces and the scales of the rows at hand, reused by every call; calls that overlap wait for each other.
 */
export function createTensorSource(files: Files, checkpoint: Checkpoint): TensorSource {
  const open = new OpenFileSet(files, checkpoint);
  const reader = new RowReader(open);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const turn = last.then(action);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    tensors: checkpoint.tensors,
    readRows: (name, rowStart, rowCount, into) =>
      inTurn(() => {
        const tensor = checkpoint.tensors.get(name);
        if (tensor === undefined) throw new WorkbenchError("checkpoint.tensorMissing", { tensor: name, directory: checkpoint.directory });
        return reader.read(tensor, rowStart, rowCount, into);
      }),
    close: () => inTurn(() => open.close()),
  };
}

class RowReader {
  readonly #open: OpenFileSet;
  readonly #pieces = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)] as const;
  readonly #scales = new ScaleGrid();

  constructor(open: OpenFileSet) {
    this.#open = open;
  }

  async read(tensor: CheckpointTensor, rowStart: number, rowCount: number, into: Float32Array): Promise<void> {
    const columns = tensor.shape.at(-1) ?? 1;
    const rows = tensor.shape.slice(0, -1).reduce((product, dimension) => product * dimension, 1);
    const isRange = Number.isSafeInteger(rowStart) && Number.isSafeInteger(rowCount) && rowStart >= 0 && rowCount >= 0 && rowStart + rowCount <= rows;
    if (!isRange || into.length < rowCount * columns) {
      throw new WorkbenchError("internal.unexpected", { reason: `rows ${rowStart} + ${rowCount} of ${tensor.name} [${rows}, ${columns}] into ${into.length} values` });
    }
    const values = into.subarray(0, rowCount * columns);
    if (values.length === 0) return;
    if (tensor.scale !== null) {
      const scaleFile = await this.#open.get(tensor.scale.file);
      await this.#scales.load(tensor.scale, scaleFile, { start: rowStart, count: rowCount, perMatrix: tensor.shape.at(-2) ?? 1 }, columns);
      await scaleFile.verify();
    }
    const file = await this.#open.get(tensor.file);
    const first = rowStart * columns;
    const finite = tensor.dtype === "F32" ? await readFloat32(file, tensor, first, values) : await this.#readPieces(file, tensor, first, values);
    // A file that was rewritten meanwhile explains strange values better than they do themselves.
    await file.verify();
    if (finite) return;
    const index = values.findIndex((value) => !Number.isFinite(value));
    throw new WorkbenchError("checkpoint.valueNotFinite", { tensor: tensor.name, file: tensor.file, index: first + index });
  }

  /** Offsets are doubles: they stay exact far beyond 2^31. */
  async #readPieces(file: UnchangedFile, tensor: CheckpointTensor, first: number, values: Float32Array): Promise<boolean> {
    const width = STORED_BYTES[tensor.dtype];
    const perPiece = PIECE_BYTES / width;
    const start = tensor.offset + first * width;
    const fetch = (from: number): { readonly bytes: Uint8Array; readonly arrived: Promise<void> } => {
      const bytes = this.#pieces[(from / perPiece) % 2 === 0 ? 0 : 1].subarray(0, Math.min(perPiece, values.length - from) * width);
      const arrived = file.read(bytes, start + from * width);
      // Awaited below; a failure while the piece before is decoded must not count as unhandled.
      arrived.catch(() => undefined);
      return { bytes, arrived };
    };
    let finite = true;
    let next = fetch(0);
    for (let done = 0; done < values.length; done += perPiece) {
      const { bytes, arrived } = next;
      await arrived;
      if (done + perPiece < values.length) next = fetch(done + perPiece);
      finite = this.#decode(tensor.dtype, bytes, first + done, values.subarray(done, done + bytes.length / width)) && finite;
    }
    return finite;
  }

  #decode(dtype: StoredDtype, bytes: Uint8Array, first: number, values: Float32Array): boolean {
    switch (dtype) {
      case "BF16":
        return decodeBfloat16(bytes, values.length, values);
      case "F16":
        return decodeFloat16(bytes, values.length, values);
      case "F8_E4M3":
        return this.#scales.decode(bytes, first, values.length, values);
      case "F32":
        return areFinite(values);
      default:
        return dtype satisfies never;
    }
  }
}

/** Already what is wanted: read where it goes. */
async function readFloat32(file: UnchangedFile, tensor: CheckpointTensor, first: number, values: Float32Array): Promise<boolean> {
  await file.read(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), tensor.offset + first * 4);
  return areFinite(values);
}
