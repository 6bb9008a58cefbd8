import { float, type GraphBuilder } from "../graph-builder.ts";
import type { WeightInitializers } from "../weight-initializers.ts";

/** x / sqrt(mean(x²) + eps) · g over the last axis. x [..., columns], g [columns] → the shape of x. */
export function rmsNorm(builder: GraphBuilder, weights: WeightInitializers, x: string, weightId: string, epsilon: number): string {
  const { columns } = weights.weight(weightId);
  return builder.node("SimplifiedLayerNormalization", [x, weights.part(weightId, "float32", "float32", [columns])], { axis: -1, epsilon: float(epsilon), stash_type: 1 });
}
