import type { ModelArithmetic, ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { Storage, StorageMap, Weight, WeightClass } from "../domain/weights.ts";
import { weightsOf } from "./weights-of.ts";

/** bfloat16, as models are published and caches compared. */
const PUBLISHED_BYTES = 2;

/**
 * Parameters, cache and bytes of a model (formulas: notes in each line; published sizes are the test).
 *
 * Active parameters are those one token passes through: everything but the experts it is not routed to. Both embeddings count, as in
 * the publishers' figures.
 * @param storage how each weight is stored; without it, two bytes a weight
 */
export function modelArithmetic(spec: ModelSpec, storage?: StorageMap): ModelArithmetic {
  const classes = new Map<WeightClass, { matrices: number; parameters: number; activeParameters: number; bytes: number }>();
  let totalParameters = 0;
  let activeParameters = 0;
  const share = spec.moe === null ? 1 : spec.moe.expertsPerToken / spec.moe.expertCount;
  for (const weight of weightsOf(spec, new Set())) {
    const parameters = weight.rows * weight.columns;
    const active = weight.expert === null ? parameters : parameters * share;
    // The correction bias steers routing and is a buffer, not a parameter: publishers leave it out.
    if (!weight.id.endsWith(".router_bias")) {
      totalParameters += parameters;
      activeParameters += active;
    }
    const row = classes.get(weight.weightClass) ?? { matrices: 0, parameters: 0, activeParameters: 0, bytes: 0 };
    row.matrices += 1;
    row.parameters += parameters;
    row.activeParameters += active;
    row.bytes += storage === undefined ? parameters * PUBLISHED_BYTES : storedBytes(weight, storage.get(weight.id));
    classes.set(weight.weightClass, row);
  }
  return {
    totalParameters,
    activeParameters: Math.round(activeParameters),
    ...cacheBytes(spec),
    classes: [...classes].map(([weightClass, row]) => ({ weightClass, ...row, activeParameters: Math.round(row.activeParameters) })),
  };
}

/**
 * Cache of one token over all layers at two bytes a number. MLA keeps R + P; expanded heads would keep N + P for K and v for V per head.
 */
function cacheBytes(spec: ModelSpec): Pick<ModelArithmetic, "cacheBytesPerToken" | "expandedCacheBytesPerToken"> {
  const { attention, layers } = spec;
  if (attention.kind === "gqa") {
    const bytes = layers.length * attention.kvHeadCount * attention.headDim * 2 * PUBLISHED_BYTES;
    return { cacheBytesPerToken: bytes, expandedCacheBytesPerToken: bytes };
  }
  const { kvLoraRank, ropeHeadDim, nopeHeadDim, valueHeadDim, headCount } = attention;
  return {
    cacheBytesPerToken: layers.length * (kvLoraRank + ropeHeadDim) * PUBLISHED_BYTES,
    expandedCacheBytesPerToken: layers.length * headCount * (nopeHeadDim + ropeHeadDim + valueHeadDim) * PUBLISHED_BYTES,
  };
}

/** Packed codes, a float32 scale per block, and a zero point per block where there is one. */
function storedBytes({ rows, columns }: Weight, storage: Storage | undefined): number {
  if (storage === undefined || storage.kind === "float32") return rows * columns * 4;
  const blocks = Math.ceil(columns / storage.blockSize);
  const zeroPoints = storage.symmetric ? 0 : Math.ceil((blocks * storage.bits) / 8);
  return rows * (blocks * ((storage.blockSize * storage.bits) / 8) + blocks * 4 + zeroPoints);
}
