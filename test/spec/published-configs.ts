/** Fields of public config.json files that decide sizes, and the sizes that were published or follow by the publishers' own count. */
interface Published {
  readonly name: string;
  readonly config: Record<string, unknown>;
  /** Billions, to the digits given. */
  readonly total: string;
  readonly active: string;
  readonly cacheBytes?: number;
  readonly expandedBytes?: number;
}

const yarn = (mscale: number, factor = 40) => ({ type: "yarn", factor, original_max_position_embeddings: 4096, beta_fast: 32, beta_slow: 1, mscale, mscale_all_dim: mscale });
const mla = { kv_lora_rank: 512, qk_nope_head_dim: 128, qk_rope_head_dim: 64, v_head_dim: 128, max_position_embeddings: 163840, rope_theta: 10000, hidden_act: "silu", attention_bias: false, rms_norm_eps: 1e-6, tie_word_embeddings: false, moe_layer_freq: 1 };
const v2 = { ...mla, model_type: "deepseek_v2", scoring_func: "softmax", norm_topk_prob: false, vocab_size: 102400, first_k_dense_replace: 1, n_shared_experts: 2, num_experts_per_tok: 6, bos_token_id: 100000, eos_token_id: 100001 };
const v3 = { ...mla, model_type: "deepseek_v3", scoring_func: "sigmoid", topk_method: "noaux_tc", norm_topk_prob: true, n_shared_experts: 1, num_experts_per_tok: 8, bos_token_id: 0, eos_token_id: 1 };
const gqa = { hidden_act: "silu", attention_bias: false, tie_word_embeddings: false, rms_norm_eps: 1e-5 };

export const PUBLISHED: readonly Published[] = [
  {
    name: "DeepSeek V2 Lite", total: "15.706", active: "2.66", cacheBytes: 31_104, expandedBytes: 276_480,
    config: { ...v2, num_hidden_layers: 27, hidden_size: 2048, num_attention_heads: 16, intermediate_size: 10944, moe_intermediate_size: 1408, q_lora_rank: null, n_routed_experts: 64, n_group: 1, topk_group: 1, topk_method: "greedy", routed_scaling_factor: 1, rope_scaling: yarn(0.707) },
  },
  {
    name: "DeepSeek V2.5", total: "235.74", active: "21.38", cacheBytes: 69_120, expandedBytes: 4_915_200,
    config: { ...v2, num_hidden_layers: 60, hidden_size: 5120, num_attention_heads: 128, intermediate_size: 12288, moe_intermediate_size: 1536, q_lora_rank: 1536, n_routed_experts: 160, n_group: 8, topk_group: 3, topk_method: "group_limited_greedy", routed_scaling_factor: 16, rope_scaling: yarn(1) },
  },
  {
    name: "DeepSeek V3", total: "671.03", active: "37.55", cacheBytes: 70_272, expandedBytes: 4_997_120,
    config: { ...v3, vocab_size: 129280, num_hidden_layers: 61, hidden_size: 7168, num_attention_heads: 128, intermediate_size: 18432, moe_intermediate_size: 2048, q_lora_rank: 1536, n_routed_experts: 256, n_group: 8, topk_group: 4, first_k_dense_replace: 3, routed_scaling_factor: 2.5, num_nextn_predict_layers: 1, rope_scaling: yarn(1) },
  },
  {
    name: "Kimi K2", total: "1026.4", active: "32.9",
    config: { ...v3, model_type: "kimi_k2", vocab_size: 163840, num_hidden_layers: 61, hidden_size: 7168, num_attention_heads: 64, intermediate_size: 18432, moe_intermediate_size: 2048, q_lora_rank: 1536, n_routed_experts: 384, n_group: 1, topk_group: 1, first_k_dense_replace: 1, routed_scaling_factor: 2.827, rope_theta: 50000, rope_scaling: { ...yarn(1, 32), beta_fast: 1 } },
  },
  {
    name: "Moonlight 16B A3B", total: "15.96", active: "2.9",
    config: { ...v3, vocab_size: 163840, num_hidden_layers: 27, hidden_size: 2048, num_attention_heads: 16, intermediate_size: 11264, moe_intermediate_size: 1408, q_lora_rank: null, n_routed_experts: 64, n_shared_experts: 2, num_experts_per_tok: 6, n_group: 1, topk_group: 1, first_k_dense_replace: 1, routed_scaling_factor: 2.446, rope_theta: 50000, rms_norm_eps: 1e-5, max_position_embeddings: 8192 },
  },
  {
    name: "Mixtral 8x7B", total: "46.7", active: "12.9",
    config: { ...gqa, model_type: "mixtral", vocab_size: 32000, num_hidden_layers: 32, hidden_size: 4096, num_attention_heads: 32, num_key_value_heads: 8, intermediate_size: 14336, num_local_experts: 8, num_experts_per_tok: 2, max_position_embeddings: 32768, rope_theta: 1e6, sliding_window: null, bos_token_id: 1, eos_token_id: 2 },
  },
  {
    // Its publisher says 3.3: cut, not rounded.
    name: "Qwen3 30B A3B", total: "30.5", active: "3.35",
    config: { ...gqa, model_type: "qwen3_moe", vocab_size: 151936, num_hidden_layers: 48, hidden_size: 2048, num_attention_heads: 32, num_key_value_heads: 4, head_dim: 128, intermediate_size: 6144, moe_intermediate_size: 768, num_experts: 128, num_experts_per_tok: 8, norm_topk_prob: true, decoder_sparse_step: 1, mlp_only_layers: [], max_position_embeddings: 40960, rope_theta: 1e6, bos_token_id: 151643, eos_token_id: 151645 },
  },
  {
    name: "Llama 3 8B", total: "8.03", active: "8.03", cacheBytes: 131_072,
    config: { ...gqa, model_type: "llama", vocab_size: 128256, num_hidden_layers: 32, hidden_size: 4096, num_attention_heads: 32, num_key_value_heads: 8, intermediate_size: 14336, max_position_embeddings: 8192, rope_theta: 500000, bos_token_id: 128000, eos_token_id: [128001, 128009] },
  },
];
