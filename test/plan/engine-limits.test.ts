import { describe, expect, it } from "vitest";
import type { EngineKind, EngineOption, PlanGoal } from "../../shared/schemas/plan.ts";
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
