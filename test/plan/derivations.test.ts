import { describe, expect, it } from "vitest";
import type { EngineOption } from "../../shared/schemas/plan.ts";
import { planOf, published } from "./planned-fixture.ts";

const optionsOf = (model: string, preset: string, contextTokens: number, concurrency: number): EngineOption[] =>
  planOf(published(model), preset, { contextTokens, concurrency }).options.filter(({ arrangement }) => arrangement?.speed != null);

describe("a stated formula gives the stated speed from the numbers beside it", () => {
  it.each([["DeepSeek V2 Lite", 4096, 1], ["DeepSeek V2 Lite", 131_072, 64], ["Mixtral 8x7B", 1024, 256], ["Llama 3 8B", 8192, 16]] as const)("on processors: %s, %i tokens, %i at once", (model, contextTokens, concurrency) => {
    for (const { arrangement } of optionsOf(model, "epyc-9654x2", contextTokens, concurrency)) {
      const terms = arrangement?.speed?.decodeStep.derivation.terms ?? {};
      const term = (name: string): number => terms[name] as number;
      const seconds = Math.max((term("bytes") / term("k") + term("B") * term("cache")) / (term("share") * term("W")), term("operations") / term("F") + term("scores") / term("F32")) + term("nodes") * 1.05e-6;
      expect(term("B") / seconds / (arrangement?.speed?.decodeTokensPerSecond.value as number)).toBeCloseTo(1, 9);
    }
  });

  it.each([["DeepSeek V3", "h200x8"], ["DeepSeek V3", "a3x16"], ["Mixtral 8x7B", "l40sx8"], ["Qwen3 30B A3B", "910b4x8"]])("on cards: %s on %s", (model, preset) => {
    for (const { arrangement } of optionsOf(model, preset, 4096, 64).filter(({ arrangement: each }) => each?.devices.row !== null)) {
      const { decodeStep, decodeTokensPerSecondEach, decodeTokensPerSecond } = arrangement?.speed ?? {};
      const terms = decodeStep?.derivation.terms ?? {};
      const term = (name: string): number => terms[name] as number;
      const seconds = term("pp") * (Math.max(term("bytes") / (0.6 * term("W")), term("operations") / (0.4 * term("F"))) + (decodeStep?.communicationMs ?? 0) / 1000 + term("layers") * term("t"));
      expect(seconds * (decodeTokensPerSecondEach?.value ?? 0)).toBeCloseTo(1, 9);
      // No faster than all devices together could read what a step reads.
      expect(decodeTokensPerSecond?.value ?? 0).toBeLessThan((term("W") * (arrangement?.concurrency ?? 0)) / term("bytes"));
    }
  });
});
