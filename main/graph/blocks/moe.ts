import type { Moe } from "../../../shared/schemas/model-spec.ts";
import type { GraphContext } from "../graph-context.ts";
import { linear } from "./linear.ts";
import { mlp, swiglu } from "./mlp.ts";
import { route } from "./router.ts";

/**
 * Mixture of experts by sort and split. x [T, D] → Σ_k weight_k · expert_k(x) + shared(x) [T, D].
 *
 * The T·K choices are sorted by expert, their tokens gathered in that order and split at run time into one run of rows per expert, often
 * none; each expert is one MatMulNBits over its run. This file is the only one that knows how (DESIGN §4: QMoE is 5 to 70 times slower
 * in ONNX Runtime 1.30's CPU kernel; a later version may change that).
 */
export function moe(context: GraphContext, shape: Moe, x: string, prefix: string): string {
  const { builder, weights, step, spec } = context;
  const { expertCount: E, expertsPerToken: K } = shape;
  const { experts, mixing } = route(context, shape, x, prefix);

  const { order, rowsPerExpert } = sortByExpert(context, experts, E);
  const token = builder.node("Div", [order, builder.int64([K], [])]);
  const gathered = builder.node("Reshape", [builder.node("Gather", [x, token], { axis: 0 }), step.hiddenShape]);

  const each = (rows: string, name: "gate_up" | "down"): string => {
    const runs = builder.nodeWithOutputs("Split", [rows, rowsPerExpert], E, { axis: 0 });
    return builder.node("Concat", runs.map((run, expert) => linear(builder, weights, run, `${prefix}experts.${expert}.${name}`)), { axis: 0 });
  };
  const sorted = each(swiglu(builder, each(gathered, "gate_up")), "down");

  const unsorted = builder.node("Gather", [sorted, inverse(context, order)], { axis: 0 });
  const choices = builder.node("Reshape", [unsorted, builder.int64([-1, K, spec.hiddenSize])]);
  const mixed = builder.node("MatMul", [builder.node("Reshape", [mixing, builder.int64([-1, 1, K])]), choices]);
  const routed = builder.node("Reshape", [mixed, builder.int64([-1, spec.hiddenSize])]);
  return shape.sharedIntermediateSize === 0 ? routed : builder.node("Add", [routed, mlp(builder, weights, x, `${prefix}shared`)]);
}

/** experts [T, K] → the permutation that sorts the T·K choices by expert, and how many each expert got, int64 [E]. */
function sortByExpert({ builder }: GraphContext, experts: string, expertCount: number): { order: string; rowsPerExpert: string } {
  const flat = builder.node("Reshape", [experts, builder.int64([-1])]);
  const size = builder.node("Shape", [flat]);
  const [, order] = builder.nodeWithOutputs("TopK", [flat, size], 2, { axis: 0, largest: 0, sorted: 1 }) as [string, string];
  const none = builder.int64(Array.from({ length: expertCount }, () => 0));
  const ones = builder.node("Expand", [builder.int64([1]), size]);
  return { order, rowsPerExpert: builder.node("ScatterElements", [none, flat, ones], { axis: 0, reduction: "add" }) };
}

/** p [n] → p⁻¹ [n]: every entry of `order` is overwritten, so it serves as the tensor to scatter into. */
function inverse({ builder }: GraphContext, order: string): string {
  const length = builder.node("Squeeze", [builder.node("Shape", [order])]);
  return builder.node("ScatterElements", [order, order, builder.node("Range", [builder.int64([0], []), length, builder.int64([1], [])])], { axis: 0 });
}
