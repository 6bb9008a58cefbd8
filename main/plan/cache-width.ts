import type { ModelSpec } from "../../shared/schemas/model-spec.ts";

/** Numbers that attention keeps of a token in one layer: one latent row [R + P] for MLA, K and V of every KV head otherwise. */
export function cacheNumbersPerLayer({ attention }: ModelSpec): number {
  return attention.kind === "mla" ? attention.kvLoraRank + attention.ropeHeadDim : 2 * attention.kvHeadCount * attention.headDim;
}

/** Devices among which tensor parallelism divides a cache: KV heads go apart, the latent row of MLA is whole on each. */
export function cacheShards({ attention }: ModelSpec, tensor: number): number {
  return attention.kind === "mla" ? 1 : Math.min(tensor, attention.kvHeadCount);
}

export const cacheFormula = ({ attention }: ModelSpec): string => (attention.kind === "mla" ? "L (R + P) b" : "2 L H_kv d b");
