import { type GraphBuilder, MICROSOFT } from "../graph-builder.ts";
import type { WeightInitializers } from "../weight-initializers.ts";

/**
 * y = x·Wᵀ. x [T, columns], W [rows, columns] → [T, rows]; T may be 0 (an expert nobody chose).
 *
 * Float32 weights go through Gemm, which takes W as the checkpoint has it. Blocks go through MatMulNBits with activations quantized to
 * int8 per block (accuracy_level 4; without it 8-bit weights are dequantized whole, 80 times slower, and 4-bit ones 3 times).
 */
export function linear(builder: GraphBuilder, weights: WeightInitializers, x: string, weightId: string): string {
  const { rows, columns } = weights.weight(weightId);
  const storage = weights.storage(weightId);
  if (storage.kind === "float32") {
    return builder.node("Gemm", [x, weights.part(weightId, "float32", "float32", [rows, columns])], { transB: 1 });
  }
  const { bits, blockSize, symmetric } = storage;
  const blocks = Math.ceil(columns / blockSize);
  const inputs = [
    x,
    weights.part(weightId, "packed", "uint8", [rows, blocks, (blockSize * bits) / 8]),
    weights.part(weightId, "scales", "float32", [rows * blocks]),
  ];
  if (!symmetric) inputs.push(weights.part(weightId, "zero_points", "uint8", [rows * Math.ceil((blocks * bits) / 8)]));
  return builder.node("MatMulNBits", inputs, { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: 4 }, MICROSOFT);
}

/** Rows of the embedding. ids int64 [T], W [V, D] → [T, D]. Packed rows are expanded one by one, never the whole table. */
export function embed(builder: GraphBuilder, weights: WeightInitializers, ids: string, weightId: string): string {
  const { rows, columns } = weights.weight(weightId);
  const storage = weights.storage(weightId);
  if (storage.kind === "float32") return builder.node("Gather", [weights.part(weightId, "float32", "float32", [rows, columns]), ids], { axis: 0 });
  const { bits, blockSize, symmetric } = storage;
  const blocks = columns / blockSize;
  const inputs = [
    weights.part(weightId, "packed", "uint8", [rows, (columns * bits) / 8]),
    ids,
    weights.part(weightId, "scales", "float32", [rows, blocks]),
  ];
  if (!symmetric) inputs.push(weights.part(weightId, "zero_points", "uint8", [rows, Math.ceil((blocks * bits) / 8)]));
  return builder.node("GatherBlockQuantized", inputs, { bits, block_size: blockSize, gather_axis: 0, quantize_axis: 1 }, MICROSOFT);
}
