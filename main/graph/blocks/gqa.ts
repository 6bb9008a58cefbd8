import type { GqaAttention } from "../../../shared/schemas/model-spec.ts";
import { declareStream } from "../declare-stream.ts";
import type { GraphContext } from "../graph-context.ts";
import { linear } from "./linear.ts";
import { rmsNorm } from "./norm.ts";
import { rotate } from "./rope.ts";
import { twoPartAttention } from "./two-part-attention.ts";

/**
 * Grouped-query attention. x [T, D] → [T, D]. Each KV head has cache streams of its own ([S, headDim] rows for K and for V), so that
 * appending a token is one copy at the end and no head's rows ever have to be gathered.
 */
export function gqa(context: GraphContext, attention: GqaAttention, x: string, prefix: string): string {
  const { builder, weights } = context;
  const { headCount, kvHeadCount, headDim } = attention;
  const group = headCount / kvHeadCount;
  const projected = (name: "q" | "k" | "v"): string => {
    const y = linear(builder, weights, x, `${prefix}${name}`);
    const bias = `${prefix}${name}_bias`;
    return weights.has(bias) ? builder.node("Add", [y, weights.part(bias, "float32", "float32", [weights.weight(bias).columns])]) : y;
  };
  const q = rotated(context, attention, projected("q"), headCount, `${prefix}q_norm`);
  const k = rotated(context, attention, projected("k"), kvHeadCount, `${prefix}k_norm`);
  const v = heads(context, projected("v"), kvHeadCount, headDim);

  // [heads, T, headDim] → per KV head: its group's query rows [G·T, headDim], head-major, and its own K and V rows [T, headDim].
  const pieces = (value: string): string[] =>
    (kvHeadCount === 1 ? [value] : builder.nodeWithOutputs("Split", [value], kvHeadCount, { axis: 1, num_outputs: kvHeadCount })).map((piece) =>
      builder.node("Reshape", [piece, builder.int64([-1, headDim])]),
    );
  const queries = pieces(q);
  const keys = pieces(k);
  const values = pieces(v);
  const attended = queries.map((query, head) => {
    const freshKey = keys[head] as string;
    const freshValue = values[head] as string;
    const pastKey = declareStream(context, `${prefix}k.${head}`, freshKey, headDim);
    const pastValue = declareStream(context, `${prefix}v.${head}`, freshValue, headDim);
    const rows = twoPartAttention(context, { query, queryHeads: group, pastKey, freshKey, pastValue, freshValue, scale: attention.softmaxScale });
    return builder.node("Reshape", [rows, builder.int64([group, -1, headDim])]);
  });
  const joined = kvHeadCount === 1 ? (attended[0] as string) : builder.node("Concat", attended, { axis: 0 });
  const byToken = builder.node("Transpose", [joined], { perm: [1, 0, 2] });
  return linear(builder, weights, builder.node("Reshape", [byToken, builder.int64([-1, headCount * headDim])]), `${prefix}o`);
}

/** [T, heads·headDim] → [1, heads, T, headDim] */
function heads({ builder }: GraphContext, y: string, headCount: number, headDim: number): string {
  return builder.node("Transpose", [builder.node("Reshape", [y, builder.int64([1, -1, headCount, headDim])])], { perm: [0, 2, 1, 3] });
}

/** Splits into heads, norms each where the model does (Qwen3), and rotates. */
function rotated(context: GraphContext, attention: GqaAttention, y: string, headCount: number, normId: string): string {
  const { builder, weights, spec, step } = context;
  const split = heads(context, y, headCount, attention.headDim);
  return rotate(builder, spec.rope, attention.headNorm ? rmsNorm(builder, weights, split, normId, spec.rmsNormEps) : split, step);
}
