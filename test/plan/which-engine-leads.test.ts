import { describe, expect, it } from "vitest";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { planOf, published } from "./planned-fixture.ts";

describe("the engine that a verdict speaks of", () => {
  it.each(["a3x16", "h100x8", "910b3x8"])("is one on the cards of %s where they carry R1 with fewer bits, not one on its processors", (preset) => {
    const plan = planOf(published("DeepSeek V3"), preset, { contextTokens: 4096, concurrency: 4 });
    const lead = plan.options[0];
    expect(lead?.arrangement?.devices.row).not.toBeNull();
    expect(plan.options.some(({ arrangement }) => arrangement?.devices.row === null)).toBe(true);
  });

  it("is one on processors where cards would have to be bought first", () => {
    const machine = presetMachine("h200");
    const roomy = { ...machine, memory: { ...machine.memory, totalBytes: 2 ** 41, usableBytes: 2 ** 41 } };
    expect(planOf(published("DeepSeek V3"), roomy, { engines: ["onnx", "tensorrt-llm"] }).engine).toBe("onnx");
  });

  it("is the one that misses by least where nothing fits", () => {
    const machine = presetMachine("epyc-9754");
    const plan = planOf(published("DeepSeek V2 Lite"), { ...machine, memory: { ...machine.memory, totalBytes: 2 ** 29, availableBytes: null, usableBytes: 2 ** 29 } });
    const needs = plan.options.flatMap(({ verdict }) => (verdict.kind === "doesNotFit" ? [verdict.needBytes] : []));
    expect(needs.length).toBeGreaterThan(1);
    expect(plan.verdict).toMatchObject({ kind: "doesNotFit", needBytes: Math.min(...needs) });
  });
});
