import type { LayerSpec, MlaAttention, Rope } from "../../shared/schemas/model-spec.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readRope } from "./rope.ts";

/** Hugging Face norms the latents with 1e-6 whatever rms_norm_eps says. */
const LATENT_NORM_EPS = 1e-6;

/** Multi-head latent attention, the same in V2 and V3. */
export function readMla(config: ConfigReader, interleaved: boolean): { attention: MlaAttention; rope: Rope } {
  if (config.flag("attention_bias", false)) throw config.unsupported("attention_bias");
  const nopeHeadDim = config.dimension("qk_nope_head_dim");
  const ropeHeadDim = config.dimension("qk_rope_head_dim");
  const { rope, softmaxFactor } = readRope(config, ropeHeadDim, interleaved);
  return {
    rope,
    attention: {
      kind: "mla",
      headCount: config.dimension("num_attention_heads"),
      qLoraRank: config.optionalDimension("q_lora_rank"),
      kvLoraRank: config.dimension("kv_lora_rank"),
      nopeHeadDim,
      ropeHeadDim,
      valueHeadDim: config.dimension("v_head_dim"),
      softmaxScale: softmaxFactor / Math.sqrt(nopeHeadDim + ropeHeadDim),
      latentNormEps: LATENT_NORM_EPS,
    },
  };
}

/** Which layers route: from first_k_dense_replace on, every moe_layer_freq-th; or as mlp_layer_types lists them. */
export function readLayers(config: ConfigReader): LayerSpec[] {
  const count = config.layerCount();
  const dense: LayerSpec = { kind: "dense", intermediateSize: config.dimension("intermediate_size") };
  const types = config.words("mlp_layer_types", count);
  if (types !== null) {
    if (types.length !== count || !types.every((type) => type === "dense" || type === "sparse")) throw config.invalid("mlp_layer_types", `${count} times "dense" or "sparse"`);
    return types.map((type) => (type === "dense" ? dense : { kind: "moe" }));
  }
  // Without routed experts every layer is dense.
  const firstMoe = config.has("n_routed_experts") ? config.count("first_k_dense_replace", 0) : count;
  const frequency = config.dimension("moe_layer_freq", 1);
  return Array.from({ length: count }, (_, layer) => (layer >= firstMoe && layer % frequency === 0 ? { kind: "moe" } : dense));
}

/** n_group and topk_group; one group, or none named, is no grouping at all. */
export function readGroups(config: ConfigReader, expertCount: number, expertsPerToken: number): { count: number; kept: number } | null {
  const count = config.dimension("n_group", 1);
  if (count === 1) return null;
  const kept = config.dimension("topk_group");
  if (expertCount % count !== 0) throw config.invalid("n_group", `a divisor of n_routed_experts (${expertCount})`);
  if (kept > count) throw config.invalid("topk_group", `at most n_group (${count})`);
  if ((expertCount / count) * kept < expertsPerToken) throw config.invalid("topk_group", `groups that hold at least num_experts_per_tok (${expertsPerToken}) experts`);
  return { count, kept };
}
