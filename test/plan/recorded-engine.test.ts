import { expect, it } from "vitest";
import { placeWeights } from "../../main/graph/place-weights.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { assignStorage } from "../../main/quantize/assign-storage.ts";
import { readModelSpec } from "../../main/spec/read-model-spec.ts";
import { weightsOf } from "../../main/spec/weights-of.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import { planOf, published } from "./planned-fixture.ts";

/** The synthetic model of bench:peers: V2-Lite's shape, six layers, a query rank of 768, 32,000 tokens. */
const spec = readModelSpec({
  model_type: "deepseek_v2", vocab_size: 32000, hidden_size: 2048, intermediate_size: 10944, moe_intermediate_size: 1408, num_hidden_layers: 6, num_attention_heads: 16, n_shared_experts: 2, n_routed_experts: 64, routed_scaling_factor: 1,
  kv_lora_rank: 512, q_lora_rank: 768, qk_rope_head_dim: 64, v_head_dim: 128, qk_nope_head_dim: 128, topk_method: "greedy", num_experts_per_tok: 6, moe_layer_freq: 1, first_k_dense_replace: 1, norm_topk_prob: false, scoring_func: "softmax",
  hidden_act: "silu", max_position_embeddings: 8192, rms_norm_eps: 1e-6, rope_theta: 10000, attention_bias: false, tie_word_embeddings: false, bos_token_id: 0, eos_token_id: 1,
});
const weights = weightsOf(spec, new Set());

/** Two cores of a Zen 5, 46.3 GB/s by a reading loop in C on the same day; Node 24, ONNX Runtime 1.30; the third run of three. */
const preset = presetMachine("epyc-9754");
const machine: Machine = {
  ...preset, cpu: { ...preset.cpu, cores: 2, threads: 2, usableThreads: 2, l3CacheBytes: 32 * 2 ** 20 },
  memory: { ...preset.memory, readBandwidth: { bytesPerSecond: 46.3e9, minimum: 46.3e9, maximum: 46.3e9, runs: 1, threads: 2, bytesRead: 2 ** 30, method: "recorded" } },
};

it.each([
  { blockSize: 32 as const, prompt: 128, peakBytes: 2_796_838_912, decode: 80.3 },
  { blockSize: 32 as const, prompt: 512, peakBytes: 2_855_124_992, decode: 81.4 },
  { blockSize: 128 as const, prompt: 128, peakBytes: 1_960_648_704, decode: 96.8 },
  { blockSize: 128 as const, prompt: 512, peakBytes: 2_022_658_048, decode: 94.8 },
])("the synthetic model in blocks of $blockSize behind $prompt tokens: recorded memory to 5 %, recorded speed to 25 %", ({ blockSize, prompt, peakBytes, decode }) => {
  const storage = assignStorage({ formatVersion: 1, name: "int4", description: "", rules: [{ pattern: "*", storage: { bits: 4, blockSize, symmetric: true } }] }, weights);
  const packageBytes = placeWeights(weights, storage).files.reduce((sum, { bytes }) => sum + bytes, 0);
  const model = { ...published("DeepSeek V2 Lite"), spec, weights, forms: [{ recipe: "int4", storage, packageBytes }] };
  const arrangement = planOf(model, machine, { contextTokens: prompt + 64, engines: ["onnx"] }).options[0]?.arrangement;
  expect(Math.abs((arrangement?.memory.usedBytes ?? 0) / peakBytes - 1)).toBeLessThan(0.05);
  expect(Math.abs((arrangement?.speed?.decodeTokensPerSecond.value ?? 0) / decode - 1)).toBeLessThan(0.25);
});
