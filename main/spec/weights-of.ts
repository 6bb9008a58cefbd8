import type { GqaAttention, MlaAttention, ModelSpec, Moe } from "../../shared/schemas/model-spec.ts";
import type { TensorRows, Weight, WeightClass } from "../domain/weights.ts";

/** A weight without what the list fills in. */
type Shape = Pick<Weight, "rows" | "columns" | "parts"> & { readonly expert?: number; readonly transposed?: boolean };

/**
 * Every weight of the model as the graph uses it, in the order of the layers.
 * @param names tensors of the checkpoint; they decide only between the two layouts of experts, one tensor each or all in one.
 */
export function weightsOf(spec: ModelSpec, names: ReadonlySet<string>): Weight[] {
  const { hiddenSize: D, vocabSize: V } = spec;
  const list = new WeightList();
  list.add("embed", "embed_tokens", null, whole("model.embed_tokens.weight", V, D));
  for (let layer = 0; layer < spec.layers.length; layer++) addLayer(list, spec, layer, names);
  list.add("norm", "norm", null, whole("model.norm.weight", 1, D));
  if (!spec.tiedEmbeddings) list.add("lm_head", "lm_head", null, whole("lm_head.weight", V, D));
  return list.weights;
}

class WeightList {
  readonly weights: Weight[] = [];

  add(id: string, weightClass: WeightClass, layer: number | null, shape: Shape): void {
    const { rows, columns, parts, expert = null, transposed = false } = shape;
    this.weights.push({ id: layer === null ? id : `layers.${layer}.${id}`, weightClass, layer, expert, rows, columns, parts, transposed });
  }
}

const rowsOf = (tensor: string, rowStart: number, rowCount: number): TensorRows => ({ tensor, rowStart, rowCount });
const whole = (tensor: string, rows: number, columns: number): Shape => ({ rows, columns, parts: [rowsOf(tensor, 0, rows)] });
/** gate above up: one matrix [2I, D], read once. */
const stacked = (gate: string, up: string, rows: number, columns: number): Shape => ({ rows: 2 * rows, columns, parts: [rowsOf(gate, 0, rows), rowsOf(up, 0, rows)] });

function addLayer(list: WeightList, spec: ModelSpec, layer: number, names: ReadonlySet<string>): void {
  const { hiddenSize: D, attention } = spec;
  const prefix = `model.layers.${layer}.`;
  list.add("input_norm", "norm", layer, whole(`${prefix}input_layernorm.weight`, 1, D));
  if (attention.kind === "mla") addMla(list, attention, D, layer);
  else addGqa(list, attention, D, layer);
  list.add("post_attention_norm", "norm", layer, whole(`${prefix}post_attention_layernorm.weight`, 1, D));
  const kind = spec.layers[layer];
  if (kind?.kind === "dense") {
    const I = kind.intermediateSize;
    list.add("mlp.gate_up", "mlp.gate_up", layer, stacked(`${prefix}mlp.gate_proj.weight`, `${prefix}mlp.up_proj.weight`, I, D));
    list.add("mlp.down", "mlp.down", layer, whole(`${prefix}mlp.down_proj.weight`, D, I));
  } else if (spec.moe !== null) {
    addMoe(list, spec, spec.moe, layer, names);
  }
}

function addMla(list: WeightList, attention: MlaAttention, D: number, layer: number): void {
  const { headCount: H, nopeHeadDim: N, ropeHeadDim: P, valueHeadDim, kvLoraRank: R, qLoraRank } = attention;
  const prefix = `model.layers.${layer}.self_attn.`;
  if (qLoraRank === null) {
    list.add("q", "q_proj", layer, whole(`${prefix}q_proj.weight`, H * (N + P), D));
  } else {
    list.add("q_a", "q_a_proj", layer, whole(`${prefix}q_a_proj.weight`, qLoraRank, D));
    list.add("q_a_norm", "norm", layer, whole(`${prefix}q_a_layernorm.weight`, 1, qLoraRank));
    list.add("q_b", "q_b_proj", layer, whole(`${prefix}q_b_proj.weight`, H * (N + P), qLoraRank));
  }
  list.add("kv_a", "kv_a_proj", layer, whole(`${prefix}kv_a_proj_with_mqa.weight`, R + P, D));
  list.add("kv_a_norm", "norm", layer, whole(`${prefix}kv_a_layernorm.weight`, 1, R));
  // kv_b_proj [H·(N + v), R] holds per head W_UK [N, R] above W_UV [v, R]; the absorbed form applies W_UKᵀ [R, N] to the query.
  const kvB = `${prefix}kv_b_proj.weight`;
  for (let head = 0; head < H; head++) {
    const start = head * (N + valueHeadDim);
    list.add(`kv_b.k.${head}`, "kv_b_proj", layer, { rows: R, columns: N, parts: [rowsOf(kvB, start, N)], transposed: true });
    list.add(`kv_b.v.${head}`, "kv_b_proj", layer, { rows: valueHeadDim, columns: R, parts: [rowsOf(kvB, start + N, valueHeadDim)] });
  }
  list.add("o", "o_proj", layer, whole(`${prefix}o_proj.weight`, D, H * valueHeadDim));
}

function addGqa(list: WeightList, attention: GqaAttention, D: number, layer: number): void {
  const { headCount: H, kvHeadCount, headDim, headNorm, bias } = attention;
  const prefix = `model.layers.${layer}.self_attn.`;
  list.add("q", "q_proj", layer, whole(`${prefix}q_proj.weight`, H * headDim, D));
  list.add("k", "k_proj", layer, whole(`${prefix}k_proj.weight`, kvHeadCount * headDim, D));
  list.add("v", "v_proj", layer, whole(`${prefix}v_proj.weight`, kvHeadCount * headDim, D));
  if (bias) {
    list.add("q_bias", "bias", layer, whole(`${prefix}q_proj.bias`, 1, H * headDim));
    list.add("k_bias", "bias", layer, whole(`${prefix}k_proj.bias`, 1, kvHeadCount * headDim));
    list.add("v_bias", "bias", layer, whole(`${prefix}v_proj.bias`, 1, kvHeadCount * headDim));
  }
  if (headNorm) {
    list.add("q_norm", "norm", layer, whole(`${prefix}q_norm.weight`, 1, headDim));
    list.add("k_norm", "norm", layer, whole(`${prefix}k_norm.weight`, 1, headDim));
  }
  list.add("o", "o_proj", layer, whole(`${prefix}o_proj.weight`, D, H * headDim));
}

function addMoe(list: WeightList, spec: ModelSpec, moe: Moe, layer: number, names: ReadonlySet<string>): void {
  const { hiddenSize: D } = spec;
  const { expertCount: E, sharedIntermediateSize, router } = moe;
  const block = moePrefix(spec, layer, names);
  list.add("router", "router", layer, whole(`${block}gate.weight`, E, D));
  if (router.correctionBias) list.add("router_bias", "bias", layer, whole(`${block}gate.e_score_correction_bias`, 1, E));
  if (sharedIntermediateSize > 0) {
    const shared = `${block}shared_experts.`;
    list.add("shared.gate_up", "shared_experts.gate_up", layer, stacked(`${shared}gate_proj.weight`, `${shared}up_proj.weight`, sharedIntermediateSize, D));
    list.add("shared.down", "shared_experts.down", layer, whole(`${shared}down_proj.weight`, D, sharedIntermediateSize));
  }
  for (let expert = 0; expert < E; expert++) {
    const { gateUp, down } = expertShapes(spec, moe, block, expert, names);
    list.add(`experts.${expert}.gate_up`, "experts.gate_up", layer, { ...gateUp, expert });
    list.add(`experts.${expert}.down`, "experts.down", layer, { ...down, expert });
  }
}

/** Mixtral keeps its experts under block_sparse_moe, unless it was saved by a transformers that renames them. */
function moePrefix(spec: ModelSpec, layer: number, names: ReadonlySet<string>): string {
  const mlp = `model.layers.${layer}.mlp.`;
  return spec.family === "mixtral" && !names.has(`${mlp}gate.weight`) ? `model.layers.${layer}.block_sparse_moe.` : mlp;
}

/** One expert's matrices: of its own tensors, or rows of the fused ones [E, 2I, D] (gate first) and [E, D, I]. */
function expertShapes({ hiddenSize: D }: ModelSpec, moe: Moe, block: string, expert: number, names: ReadonlySet<string>): { gateUp: Shape; down: Shape } {
  const I = moe.expertIntermediateSize;
  const fused = `${block}experts.gate_up_proj`;
  if (names.has(fused)) {
    return {
      gateUp: { rows: 2 * I, columns: D, parts: [rowsOf(fused, expert * 2 * I, 2 * I)] },
      down: { rows: D, columns: I, parts: [rowsOf(`${block}experts.down_proj`, expert * D, D)] },
    };
  }
  const own = `${block}experts.${expert}.`;
  const [gate, down, up] = block.endsWith("block_sparse_moe.") ? ["w1", "w2", "w3"] : ["gate_proj", "down_proj", "up_proj"];
  return { gateUp: stacked(`${own}${gate}.weight`, `${own}${up}.weight`, I, D), down: whole(`${own}${down}.weight`, D, I) };
}
