import type { CacheStream } from "../../shared/schemas/model-package.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { StorageMap, Weight } from "../domain/weights.ts";
import { gqa } from "./blocks/gqa.ts";
import { embed, linear } from "./blocks/linear.ts";
import { mla } from "./blocks/mla.ts";
import { mlp } from "./blocks/mlp.ts";
import { moe } from "./blocks/moe.ts";
import { rmsNorm } from "./blocks/norm.ts";
import { ropeTables } from "./blocks/rope.ts";
import { GraphBuilder, MICROSOFT } from "./graph-builder.ts";
import type { GraphContext, StepValues } from "./graph-context.ts";
import type { OnnxModel } from "./onnx/onnx-model.ts";
import { type PlacedWeights, placeWeights } from "./place-weights.ts";
import { WeightInitializers } from "./weight-initializers.ts";

/** RotaryEmbedding came with opset 23; ONNX Runtime 1.30 runs it. */
const OPSETS = { "": 23, [MICROSOFT]: 1 };
const IR_VERSION = 10;

export interface BuiltGraph {
  readonly model: OnnxModel;
  readonly placed: PlacedWeights;
  readonly cache: readonly CacheStream[];
}

/**
 * The whole model as one flat graph for prefill and decode (DESIGN §4). T new tokens, S cached ones, M rows of logits wanted:
 *
 *   input_ids, position_ids int64 [T] · logit_rows int64 [M] · hidden_shape int64 [2] = [−1, D] · inverse_frequencies [P/2] · past.* [S, width]
 *     → logits [M, V] · fresh.* [T, width]
 *
 * @param storage how each weight of `weights` is kept; its bytes are placed, not written: the pipeline fills them.
 */
export function buildGraph(spec: ModelSpec, weights: readonly Weight[], storage: StorageMap): BuiltGraph {
  const builder = new GraphBuilder();
  const placed = placeWeights(weights, storage);
  const initializers = new WeightInitializers(builder, weights, storage, placed.placements);

  const ids = builder.input("input_ids", "int64", ["T"]);
  const positions = builder.input("position_ids", "int64", ["T"]);
  const logitRows = builder.input("logit_rows", "int64", ["M"]);
  const hiddenShape = builder.input("hidden_shape", "int64", [2]);
  const inverseFrequencies = builder.input("inverse_frequencies", "float32", [spec.rope.inverseFrequencies.length]);
  const step = stepValues(builder, spec, { positions, inverseFrequencies, hiddenShape });
  const context: GraphContext = { builder, spec, weights: initializers, step, cache: [] };

  let hidden = embed(builder, initializers, ids, "embed");
  for (let index = 0; index < spec.layers.length; index++) hidden = builder.within(`layers.${index}`, () => layer(context, hidden, index));

  const wanted = builder.node("Gather", [hidden, logitRows], { axis: 0 });
  const normed = rmsNorm(builder, initializers, wanted, "norm", spec.rmsNormEps);
  builder.output("logits", linear(builder, initializers, normed, spec.tiedEmbeddings ? "embed" : "lm_head"), "float32", ["M", spec.vocabSize]);

  const model: OnnxModel = {
    irVersion: IR_VERSION, producerName: "sallyport", producerVersion: "1", opsets: OPSETS, graphName: spec.family,
    nodes: builder.nodes, inputs: builder.inputs, outputs: builder.outputs, initializers: builder.initializers, metadata: {},
  };
  return { model, placed, cache: context.cache };
}

/** x [T, D] → x + attention(norm x), then + mlp(norm x). */
function layer(context: GraphContext, x: string, index: number): string {
  const { builder, spec, weights } = context;
  const prefix = `layers.${index}.`;
  const attended = builder.within("attention", () => {
    const normed = rmsNorm(builder, weights, x, `${prefix}input_norm`, spec.rmsNormEps);
    return spec.attention.kind === "mla" ? mla(context, spec.attention, normed, prefix) : gqa(context, spec.attention, normed, prefix);
  });
  const middle = builder.node("Add", [x, attended]);
  const kind = spec.layers[index]?.kind;
  const added = builder.within(kind === "moe" ? "moe" : "mlp", () => {
    const normed = rmsNorm(builder, weights, middle, `${prefix}post_attention_norm`, spec.rmsNormEps);
    return kind === "moe" && spec.moe !== null ? moe(context, spec.moe, normed, prefix) : mlp(builder, weights, normed, `${prefix}mlp`);
  });
  return builder.node("Add", [middle, added]);
}

/** What all layers share: rotation tables, the causal mask, and how many rows are past and new. */
function stepValues(builder: GraphBuilder, spec: ModelSpec, inputs: { readonly positions: string; readonly inverseFrequencies: string; readonly hiddenShape: string }): StepValues {
  const { positions, inverseFrequencies, hiddenShape } = inputs;
  return builder.within("step", () => {
    const newRows = builder.node("Shape", [positions]);
    const past = spec.attention.kind === "mla" ? "past.layers.0.latent" : "past.layers.0.k.0";
    const pastRows = builder.node("Shape", [past], { start: 0, end: 1 });
    const pastAndNew = builder.node("Concat", [pastRows, newRows], { axis: 0 });
    const slidingWindow = spec.attention.kind === "gqa" ? spec.attention.slidingWindow : null;
    const mask =
      slidingWindow === null
        ? { kind: "overNew" as const, value: visible(builder, positions, positions, null) }
        : { kind: "overAll" as const, value: visible(builder, positions, allPositions(builder, pastRows, positions), slidingWindow) };
    return { ...ropeTables(builder, spec.rope, positions, inverseFrequencies), pastAndNew, mask, hiddenShape };
  });
}

/** Positions of the cached rows, 0 … S−1, followed by the new ones: int64 [S + T]. */
function allPositions(builder: GraphBuilder, pastRows: string, positions: string): string {
  const cached = builder.node("Range", [builder.int64([0], []), builder.node("Squeeze", [pastRows]), builder.int64([1], [])]);
  return builder.node("Concat", [cached, positions], { axis: 0 });
}

/** 0 where a query may see a key (not later, and within the window), −∞ elsewhere. queries [T], keys [n] → [T, n]. */
function visible(builder: GraphBuilder, queries: string, keys: string, slidingWindow: number | null): string {
  const column = builder.node("Reshape", [queries, builder.int64([-1, 1])]);
  const row = builder.node("Reshape", [keys, builder.int64([1, -1])]);
  let seen = builder.node("GreaterOrEqual", [column, row]);
  if (slidingWindow !== null) {
    const near = builder.node("Less", [builder.node("Sub", [column, row]), builder.int64([slidingWindow], [])]);
    seen = builder.node("And", [seen, near]);
  }
  return builder.node("Where", [seen, builder.float32([0], []), builder.float32([Number.NEGATIVE_INFINITY], [])]);
}
