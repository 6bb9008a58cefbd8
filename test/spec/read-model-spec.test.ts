import { describe, expect, it } from "vitest";
import { readModelSpec } from "../../main/spec/read-model-spec.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { PUBLISHED } from "./published-configs.ts";
import { REFERENCES, referenceConfig } from "./reference-headers.ts";

const published = (wanted: string): Record<string, unknown> => PUBLISHED.find(({ name }) => name === wanted)?.config ?? {};
const v2 = published("DeepSeek V2.5");
const v3 = published("DeepSeek V3");
const llama = published("Llama 3 8B");
const qwen = published("Qwen3 30B A3B");
const mixtral = published("Mixtral 8x7B");
const without = (config: Record<string, unknown>, field: string) => Object.fromEntries(Object.entries(config).filter(([name]) => name !== field));

describe("the name a config gives itself", () => {
  it.each(REFERENCES)("%s is of the family that transformers wrote", (name) => {
    const config = referenceConfig(name);
    expect(readModelSpec(config).family).toBe(config["model_type"]);
    // The architecture alone says as much.
    expect(readModelSpec(without(config, "model_type")).family).toBe(config["model_type"]);
    expect(readModelSpec({ ...config, model_type: null }).family).toBe(config["model_type"]);
  });

  it("Kimi K2 says DeepSeek V3's architecture and keeps its own name", () => {
    expect(readModelSpec({ ...published("Kimi K2"), architectures: ["DeepseekV3ForCausalLM"] }).family).toBe("kimi_k2");
  });

  it.each([
    ["deepseek_v32", { ...v3, model_type: "deepseek_v32", architectures: ["DeepseekV32ForCausalLM"] }, "deepseek_v32, DeepseekV32ForCausalLM"],
    ["glm4_moe", { ...qwen, model_type: "glm4_moe" }, "glm4_moe"],
    ["gpt_oss", { ...mixtral, model_type: "gpt_oss" }, "gpt_oss"],
    ["kimi_k25", { model_type: "kimi_k25", text_config: v3 }, "kimi_k25"],
    ["mistral on Llama's architecture", { ...llama, model_type: "mistral", architectures: ["LlamaForCausalLM"] }, "mistral, LlamaForCausalLM"],
    ["a classifier on Llama's body", { ...llama, architectures: ["LlamaForSequenceClassification"] }, "llama, LlamaForSequenceClassification"],
    ["V2 that says V3", { ...v2, architectures: ["DeepseekV3ForCausalLM"] }, "deepseek_v2, DeepseekV3ForCausalLM"],
    ["nothing", {}, "neither model_type nor architectures"],
  ])("%s is refused by name", (_, config, found) => {
    expect(() => readModelSpec(config)).toThrow(expect.objectContaining({ code: "spec.architectureUnknown", details: expect.objectContaining({ found, supported: expect.stringContaining("deepseek_v3") }) }));
  });
});

describe("what a config must say and may not", () => {
  it.each([
    ["V3 without a word on groups", without(v3, "n_group"), "spec.fieldMissing", "n_group"],
    ["V3 without a scale", without(v3, "routed_scaling_factor"), "spec.fieldMissing", "routed_scaling_factor"],
    ["V3 without a word on renormalising", without(v3, "norm_topk_prob"), "spec.fieldMissing", "norm_topk_prob"],
    ["V3 without its first MoE layer", without(v3, "first_k_dense_replace"), "spec.fieldMissing", "first_k_dense_replace"],
    ["V3 without its experts", without(v3, "n_routed_experts"), "spec.fieldMissing", "n_routed_experts"],
    ["groups and none kept", without(v3, "topk_group"), "spec.fieldMissing", "topk_group"],
    ["sparse attention under V3's name", { ...v3, index_topk: 2048 }, "spec.featureUnsupported", "index_topk"],
    ["kept groups too small for the chosen experts", { ...v3, topk_group: 1, num_experts_per_tok: 33 }, "spec.fieldInvalid", "topk_group"],
    ["V2 with V3's router", { ...v2, topk_method: "noaux_tc" }, "spec.featureUnsupported", "topk_method"],
    ["V2 with sigmoids", { ...v2, scoring_func: "sigmoid" }, "spec.featureUnsupported", "scoring_func"],
    ["a list of layer types cut short", { ...v3, mlp_layer_types: ["dense"] }, "spec.fieldInvalid", "mlp_layer_types"],
    ["a million heads", { ...v3, num_attention_heads: 1e6 }, "spec.fieldInvalid", "num_attention_heads"],
    ["a million experts", { ...v3, n_routed_experts: 1 << 20 }, "spec.fieldInvalid", "n_routed_experts"],
    ["every number at its limit", { ...v3, num_hidden_layers: 1024, n_routed_experts: 4096, num_attention_heads: 1024 }, "spec.fieldInvalid", "num_hidden_layers"],
    ["experts at their limit in every layer", { ...mixtral, num_hidden_layers: 1000, num_local_experts: 4096 }, "spec.fieldInvalid", "num_hidden_layers"],
    ["shared experts beyond any width", { ...v3, n_shared_experts: 1 << 20 }, "spec.fieldInvalid", "n_shared_experts"],
    ["a million prediction layers and more", { ...v3, num_nextn_predict_layers: 1 << 24 }, "spec.fieldInvalid", "num_nextn_predict_layers"],
    ["a head wider than any", { ...v3, qk_nope_head_dim: 1 << 20 }, "spec.fieldInvalid", "qk_nope_head_dim"],
    ["an epsilon above 1", { ...llama, rms_norm_eps: 2 }, "spec.fieldInvalid", "rms_norm_eps"],
    ["a head width no pairs fit", { ...qwen, head_dim: 127 }, "spec.fieldInvalid", "head_dim"],
    ["a hidden size no heads fit", { ...llama, num_attention_heads: 24, num_key_value_heads: 24 }, "spec.fieldInvalid", "num_attention_heads"],
    ["Llama with attention biases", { ...llama, attention_bias: true }, "spec.featureUnsupported", "attention_bias"],
    ["a flag in words", { ...llama, tie_word_embeddings: "false" }, "spec.fieldInvalid", "tie_word_embeddings"],
    ["a sliding window of 0", { ...mixtral, sliding_window: 0 }, "spec.fieldInvalid", "sliding_window"],
    ["a window announced and not given", { ...without(qwen, "sliding_window"), use_sliding_window: true }, "spec.fieldMissing", "sliding_window"],
    ["more end tokens than one can mean", { ...llama, eos_token_id: Array.from({ length: 65 }, (_, i) => i) }, "spec.fieldInvalid", "eos_token_id"],
  ])("%s", (_, config, code, field) => {
    expect(() => readModelSpec(config)).toThrow(expect.objectContaining({ code, details: expect.objectContaining({ field }) }));
  });

  it("a value nested a hundred thousand deep is refused like any other", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as unknown;
    for (const field of ["hidden_size", "rope_scaling", "eos_token_id", "hidden_act", "mlp_layer_types", "model_type", "architectures"]) {
      expect(() => readModelSpec({ ...v3, [field]: deep })).toThrow(WorkbenchError);
    }
  });

  it("a field of ten megabytes is not repeated in the error", () => {
    let found = "";
    try {
      readModelSpec({ ...v3, hidden_act: "x".repeat(1e7) });
    } catch (error) {
      found = (error as WorkbenchError<"spec.featureUnsupported">).details.found;
    }
    expect(found).toMatch(/^"x{79}…$/);
  });
});

describe("families read what is theirs", () => {
  it("V2 judges a group by its best expert, V3 by its two best, and one group is none", () => {
    expect(readModelSpec(v2).moe?.router).toMatchObject({ score: "softmax", groups: { count: 8, kept: 3, scoredBy: "max" }, correctionBias: false, normalize: false, scale: 16 });
    expect(readModelSpec(v3).moe?.router).toMatchObject({ score: "sigmoid", groups: { count: 8, kept: 4, scoredBy: "top2sum" }, correctionBias: true, normalize: true, scale: 2.5 });
    expect(readModelSpec({ ...v3, n_group: null, topk_group: null }).moe?.router.groups).toBeNull();
    expect(readModelSpec({ ...v3, n_group: 1, topk_group: 1 }).moe?.router.groups).toBeNull();
    expect(readModelSpec({ ...v2, topk_method: "greedy" }).moe?.router.groups).toBeNull();
  });

  it("Mixtral renormalises, Qwen3 as it says, neither in groups", () => {
    expect(readModelSpec(mixtral).moe?.router).toEqual({ score: "softmax", groups: null, correctionBias: false, normalize: true, scale: 1 });
    expect(readModelSpec({ ...qwen, norm_topk_prob: false }).moe?.router.normalize).toBe(false);
  });

  it("Mixtral falls back on its own theta and epsilon", () => {
    const spec = readModelSpec(without(without(mixtral, "rope_theta"), "rms_norm_eps"));
    expect([spec.rope.theta, spec.rmsNormEps]).toEqual([1e6, 1e-5]);
  });

  it("windows count only where they are switched on", () => {
    const window = (config: Record<string, unknown>) => (readModelSpec(config).attention as { slidingWindow?: number | null }).slidingWindow;
    expect(window({ ...mixtral, sliding_window: 4096 })).toBe(4096);
    expect(window({ ...qwen, sliding_window: 4096, use_sliding_window: false })).toBeNull();
    expect(window({ ...qwen, sliding_window: 4096, use_sliding_window: true })).toBe(4096);
  });

  it("which layers route", () => {
    const kinds = (config: Record<string, unknown>) => readModelSpec(config).layers.map(({ kind }) => (kind === "moe" ? "m" : "d")).join("");
    expect(kinds({ ...v3, num_hidden_layers: 6, first_k_dense_replace: 2 })).toBe("ddmmmm");
    expect(kinds({ ...v3, num_hidden_layers: 6, first_k_dense_replace: 1, moe_layer_freq: 2 })).toBe("ddmdmd");
    expect(kinds({ ...v3, num_hidden_layers: 3, mlp_layer_types: ["sparse", "dense", "sparse"] })).toBe("mdm");
    expect(kinds({ ...v3, num_hidden_layers: 3, n_routed_experts: null })).toBe("ddd");
    expect(kinds({ ...qwen, num_hidden_layers: 6, decoder_sparse_step: 2, mlp_only_layers: [3] })).toBe("dmdddm");
  });

  it("a model none of whose layers route has no experts", () => {
    expect(readModelSpec({ ...qwen, num_hidden_layers: 2, mlp_only_layers: [0, 1] }).moe).toBeNull();
    expect(readModelSpec({ ...v3, first_k_dense_replace: 61 }).moe).toBeNull();
  });

  it("end tokens are a number, a list or none", () => {
    expect(readModelSpec({ ...llama, eos_token_id: 7 }).eosTokenIds).toEqual([7]);
    expect(readModelSpec({ ...llama, eos_token_id: [7, 8] }).eosTokenIds).toEqual([7, 8]);
    expect(readModelSpec({ ...llama, eos_token_id: null, bos_token_id: null })).toMatchObject({ eosTokenIds: [], bosTokenId: null });
  });

  it("the width of a rotated head is qk_rope_head_dim, whatever head_dim says", () => {
    expect(readModelSpec({ ...v3, head_dim: 56 })).toEqual(readModelSpec(v3));
  });
});
