/** What stage 1 hands on: a directory of weights that has been checked, and a way to read its tensors a slab at a time. */
export type StoredDtype = "F32" | "F16" | "BF16" | "F8_E4M3";

/** One logical tensor. The scales of a float8 tensor are folded in (see `scale`) and are not tensors of their own. */
export interface CheckpointTensor {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** As `CheckpointFile.path`. */
  readonly file: string;
  /** Absolute position of the first byte in `file`. */
  readonly offset: number;
  readonly bytes: number;
  /** Block scales of a float8 tensor: value = float8 × scale[⌊row / blockRows⌋, ⌊column / blockColumns⌋], in each matrix of a stack anew. */
  readonly scale: {
    readonly tensor: string; readonly dtype: "F32" | "BF16"; readonly file: string; readonly offset: number; readonly blockRows: number; readonly blockColumns: number;
  } | null;
}

export interface CheckpointFile {
  /** Relative to the checkpoint directory, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
}

export interface HashedFile extends CheckpointFile {
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What files should hash to, as somebody else says. */
export interface ExpectedDigests {
  /** Name of the list in the checkpoint's folder, its absolute path elsewhere, or "pasted". */
  readonly source: string;
  /** Of the list itself. */
  readonly sha256: string;
  /** As `CheckpointFile.path` → lower-case hex. */
  readonly byPath: ReadonlyMap<string, string>;
}

/** The whole directory as checked. Holds no weights in memory. */
export interface Checkpoint {
  readonly directory: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Every file that belongs to the model, sorted by path: config, shards, index, tokenizer, template, generation config, licences, model card. */
  readonly files: readonly CheckpointFile[];
  /** By tensor name, insertion order = file order, then offset: reading in this order is sequential on disk. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  /** The chat template as text, with where it came from; null when the checkpoint has none. */
  readonly chatTemplate: { readonly source: string; readonly text: string } | null;
}

/** Reads decoded weights. Every tensor is seen as [rows, columns]: the last dimension is columns, all before it are rows. */
export interface TensorSource {
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  /**
   * Decodes rows [rowStart, rowStart + rowCount) to float32 into `into` [rowCount × columns].
   * @throws checkpoint.valueNotFinite when a weight or scale is NaN or infinite.
   */
  readRows(name: string, rowStart: number, rowCount: number, into: Float32Array): Promise<void>;
  close(): Promise<void>;
}
