import { describe, expect, it } from "vitest";
import { presentPlan } from "../../../main/hosts/cli/present-plan.ts";
import type { PlanGoal } from "../../../shared/schemas/plan.ts";
import { planOf, published } from "../../plan/planned-fixture.ts";

const textOf = (model: string, preset: string, goal: Partial<PlanGoal> = {}): string => presentPlan(planOf(published(model), preset, goal)).text ?? "";
const fieldOf = (text: string, name: string): string | undefined => text.split("\n").find((line) => line.startsWith(`${name} `));

describe("a plan says first what a person asks", () => {
  it("whether it fits, how, and how fast, before any table", () => {
    const [head = ""] = textOf("DeepSeek V3", "h200x8", { concurrency: 16 }).split("\n\n");
    expect(fieldOf(head, "verdict")).toMatch(/vllm: fits$/);
    expect(fieldOf(head, "how")).toMatch(/fp8 on 8 × nvidia-h200: .*GB stay free on each$/);
    expect(fieldOf(head, "speed")).toMatch(/[\d,]+ \([\d,]+–[\d,]+\) tokens\/s, .* each; first token after /);
  });

  it("and which engine is much faster, or keeps more bits, with the load as asked on the machines that are there", () => {
    const plan = planOf(published("DeepSeek V3"), "h100x8", { contextTokens: 32768, concurrency: 16 });
    expect(plan.options.some(({ arrangement }) => (arrangement?.parallelism.nodes ?? 0) > 1)).toBe(true);
    const [head = ""] = (presentPlan(plan).text ?? "").split("\n\n");
    expect(head).not.toContain("2 nodes");
    expect(fieldOf(head, "more bits")).toMatch(/onnx: int8 on .* tokens\/s$/);
    expect(fieldOf(textOf("DeepSeek V2 Lite", "a100x8", { engines: ["llama.cpp", "onnx"], preference: "smallest" }), "more bits")).toBeUndefined();
  });

  it("and nothing of the kind where nothing fits", () => {
    const [head = ""] = textOf("Kimi K2", "l40s").split("\n\n");
    expect(fieldOf(head, "verdict")).toMatch(/does not fit: a device needs .* too little$/);
    expect(fieldOf(head, "how")).toBeUndefined();
  });
});

it.each(["h200x8", "a3x16", "310p-duo", "kunpeng920"])("a plan for one engine on %s stays under 80 lines, its table under 160 columns", (preset) => {
  for (const engine of ["vllm", "vllm-ascend", "llama.cpp", "onnx"] as const) {
    const text = textOf("DeepSeek V3", preset, { engines: [engine], concurrency: 64 });
    const lines = text.split("\n");
    expect(lines.length).toBeLessThan(80);
    for (const line of text.split("\n\n").slice(0, 2).join("\n").split("\n")) expect(line.length).toBeLessThanOrEqual(160);
  }
});

it("a predicted speed shows no digits that its band makes worth nothing", () => {
  for (const [, value = "", low = "", high = ""] of textOf("DeepSeek V3", "h200x8", { concurrency: 64 }).matchAll(/([\d.,]+) \(([\d.,]+)–([\d.,]+)\)/g)) {
    const digits = (text: string): number => text.replaceAll(",", "").replace(/^0\.0*/, "").replace(".", "").replace(/0+$/, "").length;
    expect(digits(value)).toBeLessThanOrEqual(3);
    expect(Math.max(digits(low), digits(high))).toBeLessThanOrEqual(2);
  }
});
