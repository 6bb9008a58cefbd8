import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { CacheStream } from "../../shared/schemas/model-package.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { WeightInitializers } from "./weight-initializers.ts";

/** Values that every layer needs and that are computed once a step. Symbols: spec/symbols.ts. */
export interface StepValues {
  /** [1, T, rope dimension / 2] */
  readonly cos: string;
  readonly sin: string;
  /** int64 [2] = [S, T]: how scores split into past and new. */
  readonly pastAndNew: string;
  /**
   * What a query must not see, as −∞ on its scores. `overNew` [T, T] is causality among the new rows; `overAll` [T, S + T] replaces it
   * when a sliding window hides part of the past too.
   */
  readonly mask: { readonly kind: "overNew" | "overAll"; readonly value: string };
  /** int64 [2] = [−1, D], a graph *input*: reshaping by it hides the shape of what follows from ONNX Runtime's memory planner (DESIGN §4). */
  readonly hiddenShape: string;
}

/** What a block is built with. */
export interface GraphContext {
  readonly builder: GraphBuilder;
  readonly spec: ModelSpec;
  readonly weights: WeightInitializers;
  readonly step: StepValues;
  /** Streams of the cache, in the order the layers declare them. */
  readonly cache: CacheStream[];
}
