import type { LayerSpec, MlaAttention, Rope } from "../../shared/schemas/model-spec.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readRope } from "./rope.ts";

/** Hugging Face norms the latents with 1e-6 whatever rms_norm_eps says. */
const LATENT_NORM_EPS = 1e-6;
/** The schema's limit; the widest published shared experts are 4,096 wide together. */
const MAX_SHARED_WIDTH = 2 ** 20;

/** Multi-head latent attention, the same in V2 and V3. */
export function readMla(config: ConfigReader, interleaved: boolean): { attention: MlaAttention; rope: Rope } {
  if (config.flag("attention_bias", false)) throw config.unsupported("attention_bias");
  // DeepSeek's sparse attention calls itself deepseek_v32; under another name it would be read as dense, which is right for short prompts only.
  if (config.has("index_topk")) throw config.unsupported("index_topk");
  const nopeHeadDim = config.headDimension("qk_nope_head_dim");
  // transformers repeats this one as head_dim, which older configs do not have or mean otherwise.
  const ropeHeadDim = config.headDimension("qk_rope_head_dim");
  const { rope, softmaxFactor } = readRope(config, { field: "qk_rope_head_dim", dimension: ropeHeadDim, interleaved, theta: 10000 });
  return {
    rope,
    attention: {
      kind: "mla",
      headCount: config.headCount("num_attention_heads"),
      qLoraRank: config.optionalDimension("q_lora_rank"),
      kvLoraRank: config.dimension("kv_lora_rank"),
      nopeHeadDim,
      ropeHeadDim,
      valueHeadDim: config.headDimension("v_head_dim"),
      softmaxScale: softmaxFactor / Math.sqrt(nopeHeadDim + ropeHeadDim),
      latentNormEps: LATENT_NORM_EPS,
    },
  };
}

/**
 * Which layers route: from first_k_dense_replace on, every moe_layer_freq-th; or as mlp_layer_types lists them.
 * @param firstMoe what the family takes for first_k_dense_replace where the config says nothing; undefined: it must say
 */
export function readLayers(config: ConfigReader, firstMoe?: number): LayerSpec[] {
  const count = config.layerCount();
  const dense: LayerSpec = { kind: "dense", intermediateSize: config.dimension("intermediate_size") };
  const types = config.words("mlp_layer_types", count);
  if (types !== null) {
    if (types.length !== count || !types.every((type) => type === "dense" || type === "sparse")) throw config.invalid("mlp_layer_types", `${count} times "dense" or "sparse"`);
    return types.map((type) => (type === "dense" ? dense : { kind: "moe" }));
  }
  // null experts: every layer is dense. No word about them: transformers would assume the published model's.
  if (!config.mentions("n_routed_experts")) throw config.missing("n_routed_experts");
  const first = config.has("n_routed_experts") ? config.count("first_k_dense_replace", firstMoe) : count;
  const frequency = config.dimension("moe_layer_freq", 1);
  return Array.from({ length: count }, (_, layer) => (layer >= first && layer % frequency === 0 ? { kind: "moe" } : dense));
}

/** The experts that every token passes are stored as one MLP of their joint width; 0: none. */
export function sharedWidth(config: ConfigReader, expertIntermediateSize: number): number {
  const width = expertIntermediateSize * config.count("n_shared_experts", 0);
  if (width > MAX_SHARED_WIDTH) throw config.invalid("n_shared_experts", `a number that keeps n_shared_experts × moe_intermediate_size at or below ${MAX_SHARED_WIDTH}`);
  return width;
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
