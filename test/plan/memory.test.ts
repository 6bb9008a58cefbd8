import { describe, expect, it } from "vitest";
import { acceleratorMemory, type AcceleratorLoad } from "../../main/plan/accelerator-memory.ts";
import { candidatesFor, type Candidate, largestConcurrency, memoryOf, type Weighing } from "../../main/plan/candidates.ts";
import { devicePools, type DevicePool } from "../../main/plan/device-pools.ts";
import { modelWork } from "../../main/plan/model-work.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { weightShapes } from "../../main/plan/weight-shapes.ts";
import type { EngineKind } from "../../shared/schemas/plan.ts";
import { planOf, published, SITE_FIGURES } from "./planned-fixture.ts";

function weighing(name: string, contextTokens = 4096, concurrency = 1, nodes = 1): Weighing {
  const model = published(name);
  const shapes = weightShapes(model.weights);
  return { model, shapes, work: modelWork(model.spec, shapes), goal: { contextTokens, concurrency, nodes, preference: "best-quality", engines: ["vllm"] }, figures: SITE_FIGURES, records: [] };
}

const poolOf = (preset: string): DevicePool => devicePools(presetMachine(preset)).pools[0] as DevicePool;

const wayOf = (engine: EngineKind, preset: string, weighed: Weighing, precision: string, tensor: number): Candidate =>
  candidatesFor(engine, poolOf(preset), weighed).find((each) => each.precision.name === precision && each.layout.tensor === tensor && each.layout.data === 1 && each.layout.pipeline === 1 && each.cacheBits === 16) as Candidate;

describe("the latent cache", () => {
  it.each([["DeepSeek V2 Lite", 31_104], ["DeepSeek V3", 70_272]])("of %s takes %i bytes a token", (name, bytes) => {
    expect(planOf(published(name), "h200x8", { engines: ["vllm"] }).options[0]?.arrangement?.cacheBytesPerToken).toBe(bytes);
  });

  it.each([1, 2, 4, 8])("is not divided by tensor parallelism of %i", (tensor) => {
    const weighed = weighing("DeepSeek V2 Lite", 6400, 3);
    const { parts } = memoryOf(wayOf("vllm", "h200x8", weighed, "bf16", tensor), weighed, { contextTokens: 6400, concurrency: 3 });
    expect(parts.find(({ part }) => part === "cache")?.bytes).toBe(3 * 6400 * 31_104);
  });

  it("is divided by data parallelism, sequence by sequence; grouped heads by tensor parallelism too", () => {
    const weighed = weighing("DeepSeek V2 Lite", 6400, 8);
    const spread = candidatesFor("vllm", poolOf("h200x8"), weighed).find(({ layout, precision, cacheBits }) => layout.data === 8 && precision.name === "bf16" && cacheBits === 16) as Candidate;
    const cacheOf = (candidate: Candidate, from: Weighing): number => memoryOf(candidate, from, { contextTokens: 6400, concurrency: 8 }).parts.find(({ part }) => part === "cache")?.bytes ?? 0;
    expect(cacheOf(spread, weighed)).toBe(6400 * 31_104);
    const llama = weighing("Llama 3 8B", 6400, 8);
    expect(cacheOf(wayOf("vllm", "h200x8", llama, "bf16", 8), llama)).toBe((8 * 6400 * 131_072) / 8);
  });
});

describe("DeepSeek R1 in float8", () => {
  it("does not fit 8 H100 of 80 GB, whatever it is spread like, and fits 8 H200", () => {
    const weights = (preset: string): boolean[] => {
      const plan = planOf(published("DeepSeek V3"), preset, { contextTokens: 1024, engines: ["vllm", "sglang", "tensorrt-llm"] });
      return plan.options.flatMap(({ considered }) => considered.filter(({ precision, parallelism }) => precision === "fp8" && parallelism.nodes === 1).map(({ fits }) => fits));
    };
    expect(weights("h100x8").length).toBeGreaterThan(10);
    expect(weights("h100x8")).not.toContain(true);
    expect(weights("h200x8")).toContain(true);
  });

  it("fits 8 H100 with fewer bits, and the plan says which; TensorRT-LLM, which has none, asks for more nodes", () => {
    const plan = planOf(published("DeepSeek V3"), "h100x8", { engines: ["vllm", "tensorrt-llm"] });
    expect(plan.options.find(({ engine }) => engine === "vllm")?.verdict).toMatchObject({ kind: "fitsWith", changes: [{ kind: "precision", from: "fp8", to: expect.stringMatching(/^w/) }] });
    expect(plan.options.find(({ engine }) => engine === "tensorrt-llm")?.verdict).toMatchObject({ kind: "fitsWith", changes: [{ kind: "nodes", nodes: 2, devices: 16 }] });
  });
});

describe("what chips compute in", () => {
  it.each(["910b3x8", "910b4x8", "a3x16"])("%s runs bfloat16 or int8, never float8", (preset) => {
    for (const engine of ["vllm-ascend", "sglang", "mindie"] as const) {
      const found = candidatesFor(engine, poolOf(preset), weighing("DeepSeek V3")).map(({ precision }) => precision);
      expect(new Set(found.map(({ computesIn }) => computesIn))).toEqual(new Set(["bf16", "int8"]));
      expect(found.flatMap(({ classes }) => classes.map(({ format }) => format)).filter((format) => format.startsWith("fp8"))).toEqual([]);
    }
  });

  it("a 310P has no bfloat16, an A100 no float8, an H100 no float4; TensorRT-LLM takes float8 and float4 only", () => {
    const named = (engine: EngineKind, preset: string): Set<string> => new Set(candidatesFor(engine, poolOf(preset), weighing("Qwen3 30B A3B")).map(({ precision }) => precision.name));
    expect(named("vllm-ascend", "310p-duo")).toEqual(new Set(["fp16", "w8a8"]));
    expect(named("vllm", "a100x8")).toEqual(new Set(["bf16", "w8a8", "w4a16"]));
    expect(named("vllm", "h100x8")).toEqual(new Set(["bf16", "fp8", "w8a8", "w4a16"]));
    expect(named("tensorrt-llm", "h100x8")).toEqual(new Set(["fp8"]));
    expect(named("tensorrt-llm", "b200x8")).toEqual(new Set(["fp8", "nvfp4"]));
    expect(named("tensorrt-llm", "a100x8")).toEqual(new Set());
  });

  it("llama.cpp leaves K-quants where rows are not of 256: V2-Lite's down projections and its attn_k_b", () => {
    const [q4k] = candidatesFor("llama.cpp", poolOf("epyc-9654x2"), weighing("DeepSeek V2 Lite")).filter(({ precision }) => precision.name === "Q4_K_S");
    const formats = (weightClass: string): string[] => [...new Set(q4k?.precision.classes.filter((entry) => entry.weightClass === weightClass).map(({ format }) => format))];
    expect(formats("experts.down")).toEqual(["Q5_0"]);
    expect(formats("experts.gate_up")).toEqual(["Q4_K"]);
    expect(formats("kv_b_proj").toSorted()).toEqual(["Q4_K", "Q5_0"]);
    expect(formats("lm_head")).toEqual(["Q6_K"]);
  });
});

it("a GPU engine takes its share of a device and no more: vLLM's util × total", () => {
  const weighed = weighing("DeepSeek V3");
  const candidate = wayOf("vllm", "h200x8", weighed, "fp8", 8);
  const sequences = largestConcurrency(candidate, weighed, 4096);
  const { parts, freeBytes, capacityBytes } = memoryOf(candidate, weighed, { contextTokens: 4096, concurrency: sequences });
  expect(freeBytes).toBeGreaterThanOrEqual(0);
  expect(parts.find(({ part }) => part === "reserve")?.bytes).toBeCloseTo(0.1 * capacityBytes, 0);
  expect(memoryOf(candidate, weighed, { contextTokens: 4096, concurrency: sequences + 1 }).freeBytes).toBeLessThan(0);
});

it("the sum of a sharded model's weights is the model, but for what each device keeps whole", () => {
  const weighed = weighing("Mixtral 8x7B");
  const candidate = wayOf("vllm", "h200x8", weighed, "bf16", 8);
  const load: AcceleratorLoad = { engine: "vllm", spec: weighed.model.spec, precision: candidate.precision, layout: candidate.layout, pool: candidate.pool, cacheBits: 16, contextTokens: 1024, concurrency: 1 };
  const onDevice = acceleratorMemory(load).parts.reduce((sum, { part, bytes }) => (part.startsWith("weights.") ? sum + bytes : sum), 0);
  expect((8 * onDevice) / candidate.precision.bytes).toBeCloseTo(1, 2);
});

it.each([["mindie", 16_384], ["vllm-ascend", 4096]] as const)("the longest step of %s on a context of 16 384 tokens has %i", (engine, tokens) => {
  const weighed = weighing("DeepSeek V2 Lite", 16_384);
  const { parts } = memoryOf(wayOf(engine, "910b3x8", weighed, "bf16", 1), weighed, { contextTokens: 16_384, concurrency: 1 });
  expect(parts.find(({ part }) => part === "activations")?.derivation.terms["T"]).toBe(tokens);
});
