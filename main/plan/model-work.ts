import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import { memoryPartOf, type WeightShape } from "./weight-shapes.ts";

/** Operations of a token, by what they are spent on; a multiply-add counts two. */
export interface ModelWork {
  /** Attention projections, dense and shared MLPs, head: what every token passes through. */
  readonly commonOperations: number;
  readonly expertOperations: number;
  /** For each token that attention looks back on, in the absorbed form of decode. */
  readonly decodePerContextToken: number;
  /** The same with heads expanded, as engines prefill. */
  readonly prefillPerContextToken: number;
}

export function modelWork(spec: ModelSpec, shapes: readonly WeightShape[]): ModelWork {
  const share = spec.moe === null ? 1 : spec.moe.expertsPerToken / spec.moe.expertCount;
  let commonParameters = 0;
  let expertParameters = 0;
  for (const { weightClass, rows, columns, count, isExpert } of shapes) {
    const parameters = rows * columns * count;
    // An embedding's row is looked up; where it serves as the head too it is multiplied with.
    if (memoryPartOf(weightClass) === "weights.other" || (weightClass === "embed_tokens" && !spec.tiedEmbeddings)) continue;
    if (isExpert) expertParameters += parameters * share;
    else commonParameters += parameters;
  }
  const layers = spec.layers.length;
  const { attention } = spec;
  const decode = attention.kind === "mla" ? 2 * attention.kvLoraRank + attention.ropeHeadDim : 2 * attention.headDim;
  const prefill = attention.kind === "mla" ? attention.nopeHeadDim + attention.ropeHeadDim + attention.valueHeadDim : 2 * attention.headDim;
  return {
    commonOperations: 2 * commonParameters, expertOperations: 2 * expertParameters,
    decodePerContextToken: 2 * layers * attention.headCount * decode, prefillPerContextToken: 2 * layers * attention.headCount * prefill,
  };
}

/** Share of a layer's experts that B tokens touch between them, if routers chose evenly: 1 − (1 − K/E)^B. */
export function touchedExperts({ moe }: ModelSpec, tokens: number): number {
  return moe === null ? 1 : 1 - (1 - moe.expertsPerToken / moe.expertCount) ** tokens;
}
