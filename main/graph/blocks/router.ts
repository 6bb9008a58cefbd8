import type { Moe, Router } from "../../../shared/schemas/model-spec.ts";
import type { GraphContext } from "../graph-context.ts";

/** Guards the division when every chosen weight underflows; the value is Hugging Face's. */
const NORMALIZE_EPSILON = 1e-20;

/**
 * Which experts a token goes to, and with what weight. x [T, D] → experts int64 [T, K], weights float32 [T, K].
 * Rules: notes/deepseek.md §2. The router's matrix is float32 whatever the recipe says.
 */
export function route({ builder, weights, spec }: GraphContext, moe: Moe, x: string, prefix: string): { experts: string; mixing: string } {
  const { router, expertCount: E, expertsPerToken: K } = moe;
  const matrix = weights.part(`${prefix}router`, "float32", "float32", [E, spec.hiddenSize]);
  const logits = builder.node("Gemm", [x, matrix], { transB: 1 });
  const scores = router.score === "softmax" ? builder.node("Softmax", [logits], { axis: -1 }) : builder.node("Sigmoid", [logits]);
  // The correction bias chooses, the unbiased score weighs.
  const biased = router.correctionBias ? builder.node("Add", [scores, weights.part(`${prefix}router_bias`, "float32", "float32", [E])]) : scores;
  const eligible = router.groups === null ? biased : withinGroups({ builder }, router.groups, biased, E);
  const [, experts] = builder.nodeWithOutputs("TopK", [eligible, builder.int64([K])], 2, { axis: -1, largest: 1, sorted: 1 }) as [string, string];
  let mixing = builder.node("GatherElements", [scores, experts], { axis: 1 });
  if (router.normalize) {
    const sum = builder.node("ReduceSum", [mixing, builder.int64([-1])], { keepdims: 1 });
    mixing = builder.node("Div", [mixing, builder.node("Add", [sum, builder.float32([NORMALIZE_EPSILON], [])])]);
  }
  if (router.scale !== 1) mixing = builder.node("Mul", [mixing, builder.float32([router.scale], [])]);
  return { experts, mixing };
}

/**
 * Group-limited routing: experts outside the best groups get −∞ (not 0: biased scores may be negative). scores [T, E] → [T, E].
 * A group is judged by its best expert (V2) or by the sum of its two best (V3).
 */
function withinGroups({ builder }: Pick<GraphContext, "builder">, groups: NonNullable<Router["groups"]>, scores: string, expertCount: number): string {
  const { count: G, kept, scoredBy } = groups;
  const grouped = builder.node("Reshape", [scores, builder.int64([-1, G, expertCount / G])]);
  const groupScores =
    scoredBy === "max"
      ? builder.node("ReduceMax", [grouped, builder.int64([2])], { keepdims: 0 })
      : builder.node("ReduceSum", [builder.nodeWithOutputs("TopK", [grouped, builder.int64([2])], 2, { axis: 2 })[0] as string, builder.int64([2])], { keepdims: 0 });
  const best = builder.nodeWithOutputs("TopK", [groupScores, builder.int64([kept])], 2, { axis: 1 })[1] as string;
  const closed = builder.node("Mul", [groupScores, builder.float32([0], [])]);
  const open = builder.node("ScatterElements", [closed, best, builder.node("Expand", [builder.float32([1], [1, 1]), builder.node("Shape", [best])])], { axis: 1 });
  const isOpen = builder.node("Reshape", [builder.node("Greater", [open, builder.float32([0.5], [])]), builder.int64([-1, G, 1])]);
  const masked = builder.node("Where", [isOpen, grouped, builder.float32([Number.NEGATIVE_INFINITY], [])]);
  return builder.node("Reshape", [masked, builder.int64([-1, expertCount])]);
}
