import { float, type GraphBuilder, MICROSOFT } from "../graph-builder.ts";
import type { WeightInitializers } from "../weight-initializers.ts";
import { linear } from "./linear.ts";

/** down(silu(gate x) · up x). x [T, D] → [T, D]. gate and up are one matrix [2I, D], read once. */
export function mlp(builder: GraphBuilder, weights: WeightInitializers, x: string, prefix: string): string {
  return linear(builder, weights, swiglu(builder, linear(builder, weights, x, `${prefix}.gate_up`)), `${prefix}.down`);
}

/** [T, 2I], gate first → silu(gate) · up [T, I]. QuickGelu with alpha 1 is x·sigmoid(x) in one pass. */
export function swiglu(builder: GraphBuilder, gateUp: string): string {
  const [gate, up] = builder.nodeWithOutputs("Split", [gateUp], 2, { axis: 1, num_outputs: 2 }) as [string, string];
  return builder.node("Mul", [builder.node("QuickGelu", [gate], { alpha: float(1) }, MICROSOFT), up]);
}
