import type { MlaAttention } from "../../../shared/schemas/model-spec.ts";
import { declareStream } from "../declare-stream.ts";
import type { GraphContext } from "../graph-context.ts";
import { linear } from "./linear.ts";
import { rmsNorm } from "./norm.ts";
import { rotate } from "./rope.ts";
import { twoPartAttention } from "./two-part-attention.ts";

/**
 * Multi-head latent attention in absorbed form. x [T, D] → [T, D].
 *
 * Per head, W_UK [N, R] is applied to the query instead of to every cached token, and W_UV [V, R] to the attended latent, so that the
 * cache holds one row [c; k_pe] of R + P numbers per token for all heads: q·k = (W_UKᵀ q_nope)·c + q_pe·k_pe, o = W_UV (Σ p c).
 * The scale stays that of the unabsorbed head (notes/deepseek.md §2).
 */
export function mla(context: GraphContext, attention: MlaAttention, x: string, prefix: string): string {
  const { builder, weights, spec, step } = context;
  const { headCount: H, nopeHeadDim: N, ropeHeadDim: P, kvLoraRank: R } = attention;

  const fresh = latentRows(context, attention, x, prefix);
  const past = declareStream(context, `${prefix}latent`, fresh, R + P);

  const q = queries(context, attention, x, prefix);
  const byHead = builder.node("Transpose", [builder.node("Reshape", [q, builder.int64([1, -1, H, N + P])])], { perm: [0, 2, 1, 3] });
  const [qNope, qRope] = builder.nodeWithOutputs("Split", [byHead, builder.int64([N, P])], 2, { axis: 3 }) as [string, string];
  const nopeByHead = split(context, builder.node("Reshape", [qNope, builder.int64([-1, N])]), H);
  const absorbed = builder.node("Concat", nopeByHead.map((rows, head) => linear(builder, weights, rows, `${prefix}kv_b.k.${head}`)), { axis: 0 });
  const rotated = builder.node("Reshape", [rotate(builder, spec.rope, qRope, step), builder.int64([-1, P])]);
  const query = builder.node("Concat", [absorbed, rotated], { axis: 1 });

  const attended = twoPartAttention(context, {
    query, queryHeads: H, pastKey: past, freshKey: fresh, pastValue: past, freshValue: fresh, scale: attention.softmaxScale,
  });
  // The P columns of k_pe were attended too: dropping them here costs less than cutting them out of the cache.
  const [latent] = builder.nodeWithOutputs("Split", [attended, builder.int64([R, P])], 2, { axis: 1 }) as [string, string];
  const values = split(context, latent, H).map((rows, head) => linear(builder, weights, rows, `${prefix}kv_b.v.${head}`));
  return linear(builder, weights, builder.node("Concat", values, { axis: 1 }), `${prefix}o`);
}

/** x [T, D] → q [T, H·(N+P)], through the query's own latent where the model has one. */
function queries({ builder, weights }: GraphContext, attention: MlaAttention, x: string, prefix: string): string {
  if (attention.qLoraRank === null) return linear(builder, weights, x, `${prefix}q`);
  const down = rmsNorm(builder, weights, linear(builder, weights, x, `${prefix}q_a`), `${prefix}q_a_norm`, attention.latentNormEps);
  return linear(builder, weights, down, `${prefix}q_b`);
}

/** x [T, D] → what the cache keeps of the new tokens: [RMS(c); rope(k_pe)] [T, R+P]. k_pe is not normed. */
function latentRows({ builder, weights, spec, step }: GraphContext, attention: MlaAttention, x: string, prefix: string): string {
  const { kvLoraRank: R, ropeHeadDim: P } = attention;
  const joint = linear(builder, weights, x, `${prefix}kv_a`);
  const [c, kRope] = builder.nodeWithOutputs("Split", [joint, builder.int64([R, P])], 2, { axis: 1 }) as [string, string];
  const latent = rmsNorm(builder, weights, c, `${prefix}kv_a_norm`, attention.latentNormEps);
  const rotated = rotate(builder, spec.rope, builder.node("Reshape", [kRope, builder.int64([1, 1, -1, P])]), step);
  return builder.node("Concat", [latent, builder.node("Reshape", [rotated, builder.int64([-1, P])])], { axis: 1 });
}

/** Head-major rows [H·T, n] → H pieces [T, n]. */
function split({ builder }: GraphContext, rows: string, headCount: number): string[] {
  return headCount === 1 ? [rows] : builder.nodeWithOutputs("Split", [rows], headCount, { axis: 0, num_outputs: headCount });
}
