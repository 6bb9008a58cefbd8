import { WorkbenchError } from "../../shared/errors.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { Checkpoint, CheckpointTensor } from "../domain/checkpoint.ts";
import type { Weight } from "../domain/weights.ts";

/** Buffers that old exporters wrote out and that the config already says. */
const DERIVED_BUFFER = /^model\.(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq$/;
const LAYER = /^model\.layers\.(\d+)\./;
const FUSED_EXPERTS = /\.experts\.(gate_up|down)_proj$/;

/** What the weights need of one tensor, seen as [rows, columns]. */
interface Needed {
  rows: number;
  readonly columns: number;
  readonly vector: boolean;
}

/**
 * Holds the list of weights against the tensors of the checkpoint: each is there with the shape that the config promises, and nothing
 * is left over but multi-token-prediction layers, which are counted, and buffers that can be derived.
 * @throws checkpoint.tensorMissing, checkpoint.tensorShape, checkpoint.tensorUnexpected
 */
export function matchTensors(spec: ModelSpec, weights: readonly Weight[], checkpoint: Pick<Checkpoint, "directory" | "tensors">): { readonly ignoredMtp: readonly string[] } {
  const { directory, tensors } = checkpoint;
  const needed = neededTensors(weights);
  for (const [name, need] of needed) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new WorkbenchError("checkpoint.tensorMissing", { tensor: name, directory });
    checkShape(tensor, expectedShape(name, need, spec));
  }
  const ignoredMtp: string[] = [];
  const unexpected: string[] = [];
  for (const name of tensors.keys()) {
    if (needed.has(name) || DERIVED_BUFFER.test(name) || (spec.tiedEmbeddings && name === "lm_head.weight")) continue;
    const layer = LAYER.exec(name)?.[1];
    if (layer !== undefined && Number(layer) >= spec.layers.length && isMtpLayer(spec, Number(layer))) ignoredMtp.push(name);
    else unexpected.push(name);
  }
  if (unexpected.length > 0) throw new WorkbenchError("checkpoint.tensorUnexpected", { tensor: unexpected[0] as string, count: unexpected.length });
  return { ignoredMtp };
}

function neededTensors(weights: readonly Weight[]): Map<string, Needed> {
  const needed = new Map<string, Needed>();
  for (const { weightClass, rows, columns, transposed, parts } of weights) {
    for (const part of parts) {
      const end = part.rowStart + part.rowCount;
      const before = needed.get(part.tensor);
      if (before !== undefined) before.rows = Math.max(before.rows, end);
      // Transposed parts lie in the checkpoint the other way round.
      else needed.set(part.tensor, { rows: end, columns: transposed ? rows : columns, vector: weightClass === "norm" || weightClass === "bias" });
    }
  }
  return needed;
}

/** Only DeepSeek V3's architecture has prediction layers; elsewhere a layer too many means that config and weights disagree. */
function isMtpLayer(spec: ModelSpec, layer: number): boolean {
  return (spec.family === "deepseek_v3" || spec.family === "kimi_k2") && layer < spec.layers.length + Math.max(spec.mtpLayerCount, 1);
}

/** Vectors are [n], matrices [rows, columns], fused experts [E, rows, columns]: another split of the same numbers is another order of them. */
function expectedShape(name: string, { rows, columns, vector }: Needed, { moe }: ModelSpec): number[] {
  if (vector) return [columns];
  return moe !== null && FUSED_EXPERTS.test(name) ? [moe.expertCount, rows / moe.expertCount, columns] : [rows, columns];
}

function checkShape(tensor: CheckpointTensor, expected: readonly number[]): void {
  const { name, shape } = tensor;
  if (shape.length !== expected.length || !expected.every((dimension, axis) => shape[axis] === dimension)) {
    throw new WorkbenchError("checkpoint.tensorShape", { tensor: name, expected: expected.join(" × "), found: shape.join(" × ") || "a scalar" });
  }
}
