import { describe, expect, it } from "vitest";
import type { EngineKind, EngineOption, PlanGoal } from "../../shared/schemas/plan.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import { planOf, published } from "./planned-fixture.ts";

function optionOf(model: string, preset: string, engine: EngineKind, goal: Partial<PlanGoal> = {}): EngineOption {
  return planOf(published(model), preset, { engines: [engine], ...goal }).options[0] as EngineOption;
}

describe("llama.cpp", () => {
  it("takes 256 sequences at most, whatever the memory: LLAMA_MAX_SEQ", () => {
    const option = optionOf("DeepSeek V2 Lite", "h200", "llama.cpp", { concurrency: 4096, contextTokens: 256 });
    expect(option.verdict).toEqual({ kind: "fitsWith", changes: [{ kind: "concurrency", sequences: 256 }] });
    expect(option.arrangement?.largest.concurrency).toBe(256);
  });

  it("decodes one batch through all devices in turn: eight are no faster than bytes over the bandwidth of one", () => {
    const { arrangement } = optionOf("DeepSeek V3", "h200x8", "llama.cpp", { concurrency: 64, contextTokens: 32768 });
    const parallelism = arrangement?.parallelism;
    expect(parallelism).toMatchObject({ devices: 8, pipeline: 8 });
    const { terms } = arrangement?.speed?.decodeStep.derivation ?? { terms: {} as Record<string, number> };
    expect(terms["B"]).toBe(64);
    expect(arrangement?.speed?.decodeTokensPerSecond.value).toBeLessThan((64 * 4.8e12) / (8 * (terms["bytes"] ?? 0)));
  });
});

describe("vllm-ascend's graph mode", () => {
  const heads = (model: string, preset: string, concurrency: number): unknown[] => {
    const { obstacles, arrangement } = optionOf(model, preset, "vllm-ascend", { concurrency, nodes: 2 });
    return [(published(model).spec.attention.headCount) / (arrangement?.parallelism.tensor ?? 0), obstacles.find(({ code }) => code === "engine.ascendEager")?.details["heads"]];
  };

  it.each([["DeepSeek V2 Lite", "910b3x8"], ["DeepSeek V3", "a3x16"], ["Kimi K2", "a3x16"], ["DeepSeek V2.5", "910b3x8"]])("counts the heads of %s that %s leaves to a device, not the model's", (model, preset) => {
    for (const concurrency of [1, 16, 256]) {
      const [onDevice, said] = heads(model, preset, concurrency);
      expect(said).toBe([32, 64, 128].includes(onDevice as number) ? undefined : onDevice);
    }
  });
});

const withMemory = (preset: string, changed: (total: number) => { readonly totalBytes: number; readonly usedBytes: number; readonly freeBytes: number }): Machine => {
  const machine = presetMachine(preset);
  return { ...machine, accelerators: machine.accelerators.map((each) => ({ ...each, memory: { ...each.memory, ...changed(each.memory.totalBytes ?? 0) } })) };
};

describe("cards that are too small, or full", () => {
  it("leave the model to the processors, and the plan says so", () => {
    const machine = withMemory("l40s", () => ({ totalBytes: 6 * 2 ** 30, usedBytes: 0, freeBytes: 6 * 2 ** 30 }));
    const [option] = planOf(published("DeepSeek V2 Lite"), machine, { engines: ["llama.cpp"] }).options;
    expect(option?.verdict.kind).toBe("fits");
    expect(option?.arrangement?.devices.label).toMatch(/EPYC/);
    expect(option?.obstacles.map(({ code }) => code)).toContain("engine.cardsTooSmall");
  });

  it("leave it to the processors too where they would cut the load and these need not", () => {
    const machine = withMemory("l40s", () => ({ totalBytes: 5.5 * 2 ** 30, usedBytes: 0, freeBytes: 5.5 * 2 ** 30 }));
    const goal = { contextTokens: 4096, concurrency: 8, preference: "smallest" as const, engines: ["llama.cpp" as const] };
    const [option] = planOf(published("Llama 3 8B"), machine, goal).options;
    expect(option?.verdict).toEqual({ kind: "fits" });
    expect(option?.arrangement).toMatchObject({ contextTokens: 4096, concurrency: 8, devices: { label: expect.stringMatching(/EPYC/) } });
  });

  it("half full ones ask for a lower share of memory, which vLLM does not find out by itself", () => {
    const machine = withMemory("h100x8", (total) => ({ totalBytes: total, usedBytes: total / 2, freeBytes: total / 2 }));
    const options = planOf(published("DeepSeek V2 Lite"), machine, { engines: ["vllm", "sglang", "tensorrt-llm"] }).options;
    const shares = Object.fromEntries(options.map(({ engine, obstacles }) => [engine, obstacles.find(({ code }) => code === "engine.lowerUtilization")?.details["share"]]));
    expect(shares).toEqual({ vllm: 0.5, sglang: 0.5, "tensorrt-llm": undefined });
    expect(planOf(published("DeepSeek V2 Lite"), "910b3x8", { engines: ["vllm-ascend"] }).options[0]?.obstacles.map(({ code }) => code)).not.toContain("engine.lowerUtilization");
  });
});
