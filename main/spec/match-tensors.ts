import { WorkbenchError } from "../../shared/errors.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { CheckpointTensor } from "../domain/checkpoint.ts";
import type { Weight } from "../domain/weights.ts";

/** Buffers that old exporters wrote out and that the config already says. */
const DERIVED_BUFFER = /^model\.layers\.\d+\.self_attn\.rotary_emb\.inv_freq$/;
const LAYER = /^model\.layers\.(\d+)\./;

/**
 * Holds the list of weights against the tensors of the checkpoint: each is there with the shape that the config promises, and nothing
 * is left over but multi-token-prediction layers, which are counted, and buffers that can be derived.
 * @throws checkpoint.tensorMissing, checkpoint.tensorShape, checkpoint.tensorUnexpected
 */
export function matchTensors(spec: ModelSpec, weights: readonly Weight[], tensors: ReadonlyMap<string, CheckpointTensor>): { readonly ignoredMtp: readonly string[] } {
  const rowsNeeded = new Map<string, { rows: number; columns: number }>();
  for (const weight of weights) {
    for (const part of weight.parts) {
      // Transposed parts lie in the checkpoint the other way round.
      const columns = weight.transposed ? weight.rows : weight.columns;
      const needed = rowsNeeded.get(part.tensor);
      if (needed === undefined) rowsNeeded.set(part.tensor, { rows: part.rowStart + part.rowCount, columns });
      else needed.rows = Math.max(needed.rows, part.rowStart + part.rowCount);
    }
  }
  for (const [name, needed] of rowsNeeded) checkShape(name, needed, tensors.get(name));

  const ignoredMtp: string[] = [];
  const unexpected: string[] = [];
  for (const name of tensors.keys()) {
    if (rowsNeeded.has(name) || DERIVED_BUFFER.test(name) || (spec.tiedEmbeddings && name === "lm_head.weight")) continue;
    const layer = LAYER.exec(name)?.[1];
    if (layer !== undefined && Number(layer) >= spec.layers.length && isMtpLayer(spec, Number(layer))) ignoredMtp.push(name);
    else unexpected.push(name);
  }
  if (unexpected.length > 0) throw new WorkbenchError("checkpoint.tensorUnexpected", { tensor: unexpected[0] as string, count: unexpected.length });
  return { ignoredMtp };
}

/** Only DeepSeek V3's architecture has prediction layers; elsewhere a layer too many means that config and weights disagree. */
function isMtpLayer(spec: ModelSpec, layer: number): boolean {
  return (spec.family === "deepseek_v3" || spec.family === "kimi_k2") && layer < spec.layers.length + Math.max(spec.mtpLayerCount, 1);
}

/** A vector [n] stands for a matrix [1, n]; a fused tensor [E, rows, columns] for [E·rows, columns]. */
function checkShape(name: string, needed: { readonly rows: number; readonly columns: number }, tensor: CheckpointTensor | undefined): void {
  if (tensor === undefined) throw new WorkbenchError("checkpoint.tensorMissing", { tensor: name, directory: "" });
  const columns = tensor.shape.at(-1) ?? 1;
  const rows = tensor.shape.slice(0, -1).reduce((product, dim) => product * dim, 1);
  if (rows !== needed.rows || columns !== needed.columns) {
    throw new WorkbenchError("checkpoint.tensorShape", { tensor: name, expected: `${needed.rows} × ${needed.columns}`, found: tensor.shape.join(" × ") || "a scalar" });
  }
}
