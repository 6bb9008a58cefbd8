import { float, MICROSOFT } from "../graph-builder.ts";
import type { GraphContext } from "../graph-context.ts";

/** One KV head and the G query heads that read it, their rows head-major: row g·T + t. */
export interface AttentionRows {
  /** [G·T, K width] */
  readonly query: string;
  readonly queryHeads: number;
  /** [S, K width]: a view of the cache, fed as an input without a copy. */
  readonly pastKey: string;
  /** [T, K width] */
  readonly freshKey: string;
  /** [S, V width]; MLA passes the same latent rows as keys and values. */
  readonly pastValue: string;
  readonly freshValue: string;
  readonly scale: number;
}

/**
 * softmax(scale · q·[past; fresh]ᵀ + mask) · [past; fresh] → [G·T, V width], without ever joining past and fresh: their scores are
 * computed apart, joined, soft-maxed once, and applied apart. The cache is read in place and never copied (notes: two-part is 4 to 20
 * times faster than the attention operators on CPU).
 */
export function twoPartAttention({ builder, step }: GraphContext, rows: AttentionRows): string {
  const scored = (keys: string): string => builder.node("FusedMatMul", [rows.query, keys], { alpha: float(rows.scale), transA: 0, transB: 1 }, MICROSOFT);
  // [G·T, n] as [G, T, n], so that one mask [T, n] serves every head.
  const masked = (scores: string): string => {
    const byHead = builder.node("Reshape", [scores, builder.node("Concat", [builder.int64([rows.queryHeads, -1]), builder.node("Shape", [step.mask.value], { start: 1 })], { axis: 0 })]);
    return builder.node("Reshape", [builder.node("Add", [byHead, step.mask.value]), builder.node("Shape", [scores])]);
  };
  const past = scored(rows.pastKey);
  const fresh = scored(rows.freshKey);
  const scores = step.mask.kind === "overNew" ? builder.node("Concat", [past, masked(fresh)], { axis: 1 }) : masked(builder.node("Concat", [past, fresh], { axis: 1 }));
  const probabilities = builder.node("Softmax", [scores], { axis: -1 });
  const [onPast, onFresh] = builder.nodeWithOutputs("Split", [probabilities, step.pastAndNew], 2, { axis: 1 }) as [string, string];
  return builder.node("Add", [builder.node("MatMul", [onPast, rows.pastValue]), builder.node("MatMul", [onFresh, rows.freshValue])]);
}
