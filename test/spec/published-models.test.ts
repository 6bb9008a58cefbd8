import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelArithmetic } from "../../main/spec/model-arithmetic.ts";
import { readModelSpec } from "../../main/spec/read-model-spec.ts";
import { weightsOf } from "../../main/spec/weights-of.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { PUBLISHED } from "./published-configs.ts";

describe("the sizes that the publishers name come out of the config alone", () => {
  it.each(PUBLISHED)("$name", ({ config, total, active, cacheBytes, expandedBytes }) => {
    const found = modelArithmetic(readModelSpec(config));
    // To the digits that were published.
    const billions = (value: number, like: string): string => (value / 1e9).toFixed(like.split(".")[1]?.length ?? 0);
    expect(billions(found.totalParameters, total)).toBe(total);
    expect(billions(found.activeParameters, active)).toBe(active);
    if (cacheBytes !== undefined) expect(found.cacheBytesPerToken).toBe(cacheBytes);
    if (expandedBytes !== undefined) expect(found.expandedCacheBytesPerToken).toBe(expandedBytes);
  });

  it("and the classes add up to the whole", () => {
    for (const { config } of PUBLISHED) {
      const { classes, totalParameters } = modelArithmetic(readModelSpec(config));
      const sum = classes.filter((row) => row.weightClass !== "bias").reduce((total, row) => total + row.parameters, 0);
      expect(sum).toBe(totalParameters);
    }
  });
});

const v3 = PUBLISHED.find(({ name }) => name === "DeepSeek V3")?.config as Record<string, unknown>;
const v2 = PUBLISHED.find(({ name }) => name === "DeepSeek V2.5")?.config as Record<string, unknown>;
const llama = PUBLISHED.find(({ name }) => name === "Llama 3 8B")?.config as Record<string, unknown>;
const qwen = PUBLISHED.find(({ name }) => name === "Qwen3 30B A3B")?.config as Record<string, unknown>;
const without = (config: Record<string, unknown>, field: string) => Object.fromEntries(Object.entries(config).filter(([name]) => name !== field));

describe("a config that cannot be understood says which field", () => {
  it.each([
    ["no architecture", {}, "spec.architectureUnknown", undefined],
    ["another architecture", { ...v3, model_type: "deepseek_v32" }, "spec.architectureUnknown", undefined],
    ["an inherited architecture", { model_type: "__proto__", architectures: ["constructor"] }, "spec.architectureUnknown", undefined],
    ["no hidden_size", without(v3, "hidden_size"), "spec.fieldMissing", "hidden_size"],
    ["no kv_lora_rank", without(v3, "kv_lora_rank"), "spec.fieldMissing", "kv_lora_rank"],
    ["a negative layer count", { ...v3, num_hidden_layers: -1 }, "spec.fieldInvalid", "num_hidden_layers"],
    ["a million layers", { ...v3, num_hidden_layers: 1e6 }, "spec.fieldInvalid", "num_hidden_layers"],
    ["a fractional width", { ...v3, hidden_size: 10.5 }, "spec.fieldInvalid", "hidden_size"],
    ["a width in words", { ...v3, hidden_size: "7168" }, "spec.fieldInvalid", "hidden_size"],
    ["a width that is not finite", { ...v3, hidden_size: Number.POSITIVE_INFINITY }, "spec.fieldInvalid", "hidden_size"],
    ["another activation", { ...v3, hidden_act: "gelu" }, "spec.featureUnsupported", "hidden_act"],
    ["attention with biases", { ...v3, attention_bias: true }, "spec.featureUnsupported", "attention_bias"],
    ["more experts a token than experts", { ...v3, num_experts_per_tok: 300 }, "spec.fieldInvalid", "num_experts_per_tok"],
    ["groups that do not divide the experts", { ...v3, n_group: 7 }, "spec.fieldInvalid", "n_group"],
    ["more groups kept than there are", { ...v3, topk_group: 9 }, "spec.fieldInvalid", "topk_group"],
    ["groups of one expert, whose two best are summed", { ...v3, n_group: 256, topk_group: 64 }, "spec.fieldInvalid", "n_group"],
    ["a router we do not know", { ...v3, topk_method: "other" }, "spec.featureUnsupported", "topk_method"],
    ["a V2 that renormalises", { ...v2, norm_topk_prob: true }, "spec.featureUnsupported", "norm_topk_prob"],
    ["dynamic rope", { ...llama, rope_scaling: { type: "dynamic", factor: 2 } }, "spec.featureUnsupported", "rope_scaling.type"],
    ["yarn without a factor", { ...v3, rope_scaling: { type: "yarn" } }, "spec.fieldMissing", "rope_scaling.factor"],
    ["rope on part of a head", { ...llama, partial_rotary_factor: 0.5 }, "spec.featureUnsupported", "partial_rotary_factor"],
    ["an odd rope dimension", { ...v3, qk_rope_head_dim: 63 }, "spec.fieldInvalid", "qk_rope_head_dim"],
    ["KV heads that do not divide the heads", { ...llama, num_key_value_heads: 5 }, "spec.fieldInvalid", "num_key_value_heads"],
    ["MLPs with biases", { ...llama, mlp_bias: true }, "spec.featureUnsupported", "mlp_bias"],
    ["a list of layers as long as memory", { ...qwen, mlp_only_layers: Array.from({ length: 5000 }, (_, i) => i) }, "spec.fieldInvalid", "mlp_only_layers"],
    ["a negative end token", { ...v3, eos_token_id: -1 }, "spec.fieldInvalid", "eos_token_id"],
  ])("%s", (_, config, code, field) => {
    expect(() => readModelSpec(config)).toThrow(expect.objectContaining({ code, ...(field === undefined ? {} : { details: expect.objectContaining({ field }) }) }));
  });

  it("and nothing else, whatever it holds", () => {
    const config = fc.record({ model_type: fc.constantFrom("deepseek_v2", "deepseek_v3", "kimi_k2", "llama", "qwen3_moe", "mixtral") }).chain((base) => fc.dictionary(fc.constantFrom(...Object.keys(v3), ...Object.keys(qwen)), fc.jsonValue()).map((rest) => ({ ...v3, ...rest, ...base })));
    fc.assert(
      fc.property(config, (fields) => {
        try {
          readModelSpec(fields);
        } catch (error) {
          expect(error).toBeInstanceOf(WorkbenchError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("old-style and new-style configs", () => {
  it("mean the same", () => {
    const { rope_theta, rope_scaling, ...rest } = v3 as { rope_theta: number; rope_scaling: { type: string } };
    const { type, ...scaling } = rope_scaling;
    expect(readModelSpec({ ...rest, rope_parameters: { ...scaling, rope_type: type, rope_theta } })).toEqual(readModelSpec(v3));
  });

  it("give kimi_k2 the arithmetic of V3 under its own name", () => {
    expect(readModelSpec({ ...v3, model_type: "kimi_k2" })).toEqual({ ...readModelSpec(v3), family: "kimi_k2" });
  });
});

describe("YaRN", () => {
  // transformers 5.18, modeling_rope_utils._compute_yarn_parameters with DeepSeek V3's rope_parameters: first, a blended and the last of 32.
  it("keeps the fast frequencies, divides the slow ones by the factor, and scales the softmax by mscale squared", () => {
    const { rope, attention } = readModelSpec(v3);
    expect(rope.inverseFrequencies[0]).toBe(1);
    expect(rope.inverseFrequencies[31]).toBeCloseTo(10000 ** (-62 / 64) / 40, 12);
    expect(rope.magnitude).toBe(1);
    expect(attention.softmaxScale).toBeCloseTo(1.8738542 / Math.sqrt(192), 6);
    expect(readModelSpec(v2).attention.softmaxScale).toBeCloseTo(1.8738542 / Math.sqrt(192), 6);
  });
});

describe("fused experts", () => {
  it("are rows of one tensor where the checkpoint has one", () => {
    const spec = readModelSpec({ ...v3, num_hidden_layers: 4 });
    const fused = weightsOf(spec, new Set(["model.layers.3.mlp.experts.gate_up_proj"])).find((weight) => weight.id === "layers.3.experts.2.gate_up");
    expect(fused?.parts).toEqual([{ tensor: "model.layers.3.mlp.experts.gate_up_proj", rowStart: 2 * 2 * 2048, rowCount: 2 * 2048 }]);
    const own = weightsOf(spec, new Set()).find((weight) => weight.id === "layers.3.experts.2.gate_up");
    expect(own?.parts.map((part) => part.tensor)).toEqual(["model.layers.3.mlp.experts.2.gate_proj.weight", "model.layers.3.mlp.experts.2.up_proj.weight"]);
  });
});
