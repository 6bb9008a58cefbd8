/**
 * The weights of a model as the graph uses them: one matrix per linear map, with where its rows come from in the checkpoint.
 * Stage spec makes the list, stage quantize says how each is stored, stage graph places the bytes, pipeline fills them.
 */

/** The names recipes speak in. They are the field's own: the projection, not the layer. */
export const WEIGHT_CLASSES = [
  "embed_tokens", "lm_head", "norm", "router", "bias",
  "q_proj", "q_a_proj", "q_b_proj", "kv_a_proj", "kv_b_proj", "k_proj", "v_proj", "o_proj",
  "mlp.gate_up", "mlp.down", "shared_experts.gate_up", "shared_experts.down", "experts.gate_up", "experts.down",
] as const;
export type WeightClass = (typeof WEIGHT_CLASSES)[number];

/** Rows of one checkpoint tensor seen as [rows, columns]. */
export interface TensorRows {
  readonly tensor: string;
  readonly rowStart: number;
  readonly rowCount: number;
}

/** W [rows, columns] with y = W·x; a vector (norm, bias) has rows = 1. */
export interface Weight {
  /** Unique and stable, e.g. "layers.3.experts.7.gate_up": initializers and recipes' previews carry it. */
  readonly id: string;
  readonly weightClass: WeightClass;
  readonly layer: number | null;
  readonly expert: number | null;
  readonly rows: number;
  readonly columns: number;
  /** Stacked by rows, in order. */
  readonly parts: readonly TensorRows[];
  /** The stacked parts are [columns, rows] and are transposed on the way in (W_UK of the absorbed form). */
  readonly transposed: boolean;
}

/** Blocks run along a row; the last block of a row may be partial. */
export interface BlockFormat {
  readonly bits: 4 | 8;
  readonly blockSize: 32 | 64 | 128;
  /** Symmetric: zero point 2^(bits−1) everywhere. Otherwise one stored zero point per block. */
  readonly symmetric: boolean;
}

export type Storage = { readonly kind: "float32" } | ({ readonly kind: "blocks" } & BlockFormat);

/** Weight id → how it is stored. */
export type StorageMap = ReadonlyMap<string, Storage>;

/** Which bytes of a stored weight an initializer holds. */
export type StoredPart = "float32" | "packed" | "scales" | "zero_points";

/** Where one part of a stored weight lies in the package. */
export interface Placement {
  readonly weightId: string;
  readonly part: StoredPart;
  /** File name inside the package. */
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}
