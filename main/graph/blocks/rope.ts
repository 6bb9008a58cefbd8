import type { Rope } from "../../../shared/schemas/model-spec.ts";
import type { GraphBuilder } from "../graph-builder.ts";

/**
 * cos and sin of the new positions. positions int64 [T], inverse frequencies [P/2] → two of [1, T, P/2], both times the magnitude.
 * Scaling (YaRN, llama3) is already in the inverse frequencies; they are a graph input, so that a reference that rounded them can be
 * compared with under its own rounding (pipeline/check-parity.ts).
 */
export function ropeTables(builder: GraphBuilder, rope: Rope, positions: string, inverseFrequencies: string): { cos: string; sin: string } {
  return builder.within("rope", () => {
    const column = builder.node("Reshape", [builder.node("Cast", [positions], { to: 1 }), builder.int64([1, -1, 1])]);
    const angles = builder.node("Mul", [column, inverseFrequencies]);
    const scaled = (value: string): string => (rope.magnitude === 1 ? value : builder.node("Mul", [value, builder.float32([rope.magnitude], [])]));
    return { cos: scaled(builder.node("Cos", [angles])), sin: scaled(builder.node("Sin", [angles])) };
  });
}

/** Rotates heads by their positions. x [1, heads, T, P], cos and sin [1, T, P/2] → the shape of x. */
export function rotate(builder: GraphBuilder, rope: Rope, x: string, tables: { readonly cos: string; readonly sin: string }): string {
  return builder.node("RotaryEmbedding", [x, tables.cos, tables.sin], { interleaved: rope.interleaved ? 1 : 0 });
}

