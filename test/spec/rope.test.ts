import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readModelSpec } from "../../main/spec/read-model-spec.ts";
import { PUBLISHED } from "./published-configs.ts";

const published = (wanted: string): Record<string, unknown> => PUBLISHED.find(({ name }) => name === wanted)?.config ?? {};
const v3 = published("DeepSeek V3");
const llama = published("Llama 3 8B");

const yarn = { rope_type: "yarn", rope_theta: 10000, factor: 40, beta_fast: 32, beta_slow: 1, original_max_position_embeddings: 4096 };
const { rope_theta: _theta, rope_scaling: _scaling, ...bare } = v3;
const withRope = (parameters: Record<string, unknown>) => readModelSpec({ ...bare, rope_parameters: parameters });
const SCALE = 1 / Math.sqrt(128 + 64);

/**
 * Written down from transformers 5.18.0 with torch 2.13.0: ROPE_INIT_FUNCTIONS[rope_type](config, "cpu") for the frequencies and the
 * factor on cos and sin, modeling_deepseek_v3.yarn_apply_mscale(rope_parameters, 1.0) for the factor on the softmax scale.
 */
describe("what transformers computes", () => {
  it.each([
    ["YaRN as DeepSeek V3 has it", { ...yarn, mscale: 1, mscale_all_dim: 1 }, { 0: 1.0, 1: 0.7498942017555237, 8: 0.10000000149011612, 10: 0.05623412877321243, 14: 0.012447956018149853, 16: 0.005500000435858965, 18: 0.002249365206807852, 21: 0.0004149904125370085, 24: 2.499999936844688e-5, 31: 3.3338035336782923e-6 }],
    ["YaRN as Kimi K2 has it: one beta, a step almost without a ramp", { ...yarn, factor: 32, beta_fast: 1, rope_theta: 50000 }, { 1: 0.7131111025810242, 18: 0.0022742038127034903, 21: 2.577216764620971e-5, 24: 9.345930266135838e-6, 31: 8.764412768869079e-7 }],
    ["YaRN as Kimi K2.5 has it: the lower border is rounded down from 8.9", { ...yarn, factor: 64, rope_theta: 50000 }, { 8: 0.06687403470277786, 9: 0.043776657432317734, 12: 0.011619159951806068, 16: 0.0015372966881841421, 19: 0.00015837496903259307, 20: 1.8070233636535704e-5, 31: 4.3822063844345394e-7 }],
    ["YaRN with borders that are not rounded", { ...yarn, factor: 8, truncate: false }, { 10: 0.05623412877321243, 14: 0.013224133290350437, 16: 0.005983132869005203, 18: 0.0025472878478467464, 21: 0.0005572193185798824, 24: 0.0001250000059371814 }],
    ["linear", { rope_type: "linear", rope_theta: 10000, factor: 4 }, { 0: 0.25, 1: 0.18747355043888092, 31: 3.333803761051968e-5 }],
  ])("frequencies: %s", (_, parameters, frequencies) => {
    const found = withRope(parameters).rope.inverseFrequencies;
    expect(found).toHaveLength(32);
    for (const [index, frequency] of Object.entries(frequencies)) expect((found[Number(index)] as number) / frequency).toBeCloseTo(1, 5);
  });

  it("frequencies: a context so short that even the first pairs are blended", () => {
    const { rope } = readModelSpec({ ...bare, qk_rope_head_dim: 16, rope_parameters: { ...yarn, original_max_position_embeddings: 64 } });
    const frequencies = [1.0, 0.2134537249803543, 0.034999996423721313, 0.0007905694656074047, 0.0002500000118743628, 7.905694656074047e-5, 2.499999936844688e-5, 7.905694474175107e-6];
    expect(rope.inverseFrequencies).toHaveLength(frequencies.length);
    rope.inverseFrequencies.forEach((found, i) => { expect(found / (frequencies[i] as number)).toBeCloseTo(1, 5); });
  });

  it("frequencies: Llama 3.1", () => {
    const scaling = { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };
    const found = readModelSpec({ ...llama, rope_scaling: scaling }).rope.inverseFrequencies;
    const frequencies = { 0: 1, 1: 0.8146172165870667, 21: 0.013490419834852219, 30: 0.0013718936825171113, 32: 0.0005248460220173001, 34: 0.0001785077911335975, 42: 2.2748929040972143e-5, 63: 3.068925877869333e-7 };
    expect(found).toHaveLength(64);
    for (const [index, frequency] of Object.entries(frequencies)) expect((found[Number(index)] as number) / frequency).toBeCloseTo(1, 5);
  });

  it.each([
    ["both mscales alike, as published", { mscale: 1, mscale_all_dim: 1 }, 1, 1.8738542070926265],
    ["V2's 0.707", { mscale: 0.707, mscale_all_dim: 0.707 }, 1, 1.5896261651208736],
    ["unlike", { mscale: 1.2, mscale_all_dim: 0.5 }, 1.2180107862747651, 1.4029075244788534],
    ["the first alone", { mscale: 0.707 }, 1.3688879454113936, 1],
    ["the second alone", { mscale_all_dim: 0.8 }, 1.3688879454113936, 1.677310835070927],
    ["the second 0", { mscale: 0.7, mscale_all_dim: 0 }, 1.3688879454113936, 1],
    ["an attention_factor beside them", { mscale: 1.2, mscale_all_dim: 0.5, attention_factor: 1.1 }, 1.1, 1.4029075244788534],
    ["none", {}, 1.3688879454113936, 1],
  ])("factors: %s", (_, mscales, magnitude, softmaxFactor) => {
    const { rope, attention } = withRope({ ...yarn, ...mscales });
    expect(rope.magnitude).toBeCloseTo(magnitude, 12);
    expect(attention.softmaxScale / SCALE).toBeCloseTo(softmaxFactor, 12);
  });

  it("factors: DeepSeek's code multiplies the softmax scale under linear scaling as well", () => {
    const { rope, attention } = withRope({ rope_type: "linear", rope_theta: 10000, factor: 4, mscale_all_dim: 0.8 });
    expect(rope.magnitude).toBe(1);
    expect(attention.softmaxScale / SCALE).toBeCloseTo(1.2341066949354886, 12);
  });
});

describe("the papers' formulas, whatever the config", () => {
  it("YaRN leaves pairs that turn more than beta_fast times alone, and divides those that turn less than beta_slow times", () => {
    const config = fc.record({ factor: fc.double({ min: 1, max: 64, noNaN: true }), original: fc.integer({ min: 512, max: 65536 }), theta: fc.double({ min: 1000, max: 1e6, noNaN: true }), half: fc.integer({ min: 4, max: 128 }) });
    fc.assert(fc.property(config, ({ factor, original, theta, half }) => {
      const dimension = 2 * half;
      const { rope } = readModelSpec({ ...bare, qk_rope_head_dim: dimension, rope_parameters: { ...yarn, factor, rope_theta: theta, original_max_position_embeddings: original } });
      rope.inverseFrequencies.forEach((frequency, i) => {
        const unscaled = 1 / theta ** ((2 * i) / dimension);
        const turns = (original * unscaled) / (2 * Math.PI);
        // The borders are rounded outwards to whole pairs, so a pair beyond either is beyond the rounded one only when one pair further.
        const step = theta ** (2 / dimension);
        if (turns > 32 * step) expect(frequency / unscaled).toBeCloseTo(1, 9);
        else if (turns < 1 / step) expect((frequency * factor) / unscaled).toBeCloseTo(1, 9);
        else expect(frequency <= unscaled * (1 + 1e-9) && frequency >= (unscaled / factor) * (1 - 1e-9)).toBe(true);
      });
    }), { numRuns: 200 });
  });

  it("Llama 3 blends between two wavelengths and scales only beyond the longer", () => {
    const config = fc.record({ factor: fc.double({ min: 1, max: 64, noNaN: true }), original: fc.integer({ min: 512, max: 65536 }), low: fc.double({ min: 0.5, max: 4, noNaN: true }), gap: fc.double({ min: 0.5, max: 8, noNaN: true }) });
    fc.assert(fc.property(config, ({ factor, original, low, gap }) => {
      const scaling = { rope_type: "llama3", factor, low_freq_factor: low, high_freq_factor: low + gap, original_max_position_embeddings: original };
      const { rope } = readModelSpec({ ...llama, rope_scaling: scaling });
      rope.inverseFrequencies.forEach((frequency, i) => {
        const unscaled = 1 / 500000 ** ((2 * i) / 128);
        const turns = (original * unscaled) / (2 * Math.PI);
        // Share of the unscaled frequency: 0 up to `low` turns over the original context, 1 from `low + gap` turns on.
        const share = Math.min(Math.max((turns - low) / gap, 0), 1);
        expect(frequency / (share * unscaled + ((1 - share) * unscaled) / factor)).toBeCloseTo(1, 9);
      });
    }), { numRuns: 200 });
  });
});

describe("a rope section that leaves something open", () => {
  it.each([
    ["a factor and no type", { ...llama, rope_scaling: { factor: 8 } }, "spec.fieldMissing", "rope_scaling.rope_type"],
    ["a section for each kind of layer", { ...llama, rope_parameters: { full_attention: { rope_type: "default", rope_theta: 1e4 } } }, "spec.fieldMissing", "rope_parameters.rope_type"],
    ["two types", { ...llama, rope_scaling: { type: "linear", rope_type: "yarn", factor: 8 } }, "spec.fieldInvalid", "rope_scaling.type"],
    ["both styles, at odds", { ...v3, rope_parameters: { ...yarn, factor: 32 } }, "spec.fieldInvalid", "rope_scaling"],
    ["longrope", { ...llama, rope_scaling: { rope_type: "longrope", factor: 8 } }, "spec.featureUnsupported", "rope_scaling.rope_type"],
    ["a theta of 1, whose logarithm divides", { ...v3, rope_theta: 1 }, "spec.fieldInvalid", "rope_theta"],
    ["a factor that shrinks", { ...bare, rope_parameters: { ...yarn, factor: 0.5 } }, "spec.fieldInvalid", "rope_parameters.factor"],
    ["a factor beyond reason", { ...bare, rope_parameters: { ...yarn, factor: 1e300 } }, "spec.fieldInvalid", "rope_parameters.factor"],
    ["an mscale beyond reason", { ...bare, rope_parameters: { ...yarn, mscale: 1e300, mscale_all_dim: 1 } }, "spec.fieldInvalid", "rope_parameters.mscale"],
    ["an mscale below 0", { ...bare, rope_parameters: { ...yarn, mscale_all_dim: -1 } }, "spec.fieldInvalid", "rope_parameters.mscale_all_dim"],
    ["llama3 without its original length", { ...llama, rope_scaling: { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 } }, "spec.fieldMissing", "rope_scaling.original_max_position_embeddings"],
    ["llama3 with its factors crossed", { ...llama, rope_scaling: { rope_type: "llama3", factor: 8, low_freq_factor: 4, high_freq_factor: 1, original_max_position_embeddings: 8192 } }, "spec.fieldInvalid", "rope_scaling.high_freq_factor"],
    ["mscale_all_dim outside MLA", { ...llama, rope_scaling: { ...yarn, mscale_all_dim: 1 } }, "spec.featureUnsupported", "rope_scaling.mscale_all_dim"],
    ["a list for a section", { ...llama, rope_scaling: ["yarn"] }, "spec.fieldInvalid", "rope_scaling"],
  ])("%s", (_, config, code, field) => {
    expect(() => readModelSpec(config)).toThrow(expect.objectContaining({ code, details: expect.objectContaining({ field }) }));
  });

  it("both styles that say the same are one", () => {
    expect(readModelSpec({ ...v3, rope_parameters: { ...yarn, mscale: 1, mscale_all_dim: 1 } })).toEqual(readModelSpec(v3));
  });

  it("the length of pretraining may stand beside the section", () => {
    const { original_max_position_embeddings: original, ...rest } = yarn;
    expect(readModelSpec({ ...bare, original_max_position_embeddings: original, rope_parameters: rest }).rope).toEqual(withRope(yarn).rope);
  });

  it("V2 rotates neighbours whatever it says, V3 as it says", () => {
    expect(readModelSpec({ ...published("DeepSeek V2.5"), rope_interleave: false }).rope.interleaved).toBe(true);
    expect(readModelSpec({ ...v3, rope_interleave: false }).rope.interleaved).toBe(false);
    expect(readModelSpec(v3).rope.interleaved).toBe(true);
    expect(readModelSpec(llama).rope.interleaved).toBe(false);
  });
});
