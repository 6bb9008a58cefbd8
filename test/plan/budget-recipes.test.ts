import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetRecipes, type BudgetRecipes, type KnownLoss } from "../../main/plan/budget-recipes.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import type { RecipeBudget } from "../../shared/schemas/recipe-budget.ts";
import { planOf, published } from "./planned-fixture.ts";

const machine = presetMachine("h200x8");
const model = published("DeepSeek V2 Lite");
const budget = (changes: Partial<BudgetRecipes> = {}): RecipeBudget => budgetRecipes({ model, machine, contextTokens: 4096, concurrency: 1, budgetBytes: null, losses: [], ...changes });
const loss = (recipe: string, mean: number, basis = "text"): KnownLoss => ({ recipe, kl: { n: 10, mean, standardError: 0.001 }, basis });
const needs = (recipe: string): number => budget().recipes.find((row) => row.recipe === recipe)?.neededBytes ?? Number.NaN;

describe("a budget of memory", () => {
  it("needs what a plan of the same load says, part by part", () => {
    const plan = planOf(model, machine, { engines: ["onnx"] });
    for (const { precision, usedBytes } of plan.options[0]?.considered ?? []) expect(needs(precision)).toBe(usedBytes);
    for (const { weightBytes, cacheBytes, engineBytes, neededBytes } of budget().recipes) expect(weightBytes + cacheBytes + engineBytes).toBeCloseTo(neededBytes, 3);
  });

  it("takes the most bits that fit, to the byte", () => {
    expect(budget().chosen).toBe("int8");
    expect(budget({ budgetBytes: needs("int8") }).chosen).toBe("int8");
    expect(budget({ budgetBytes: needs("int8") - 1 }).chosen).toBe("mixed");
    expect(budget({ budgetBytes: needs("mixed") - 1 }).chosen).toBe("int4");
    const none = budget({ budgetBytes: needs("int4") - 1 });
    expect([none.chosen, none.recipes.every(({ fits, spareBytes }) => !fits && spareBytes < 0)]).toEqual([null, true]);
  });

  it("is never more than the machine has", () => {
    const small = presetMachine("h200x8");
    expect(budget({ machine: small, budgetBytes: 1e18 }).budgetBytes).toBe(budget().capacityBytes);
  });

  it("trusts what was measured over bits, when all that fit were measured alike", () => {
    const odd = [loss("int8", 0.3), loss("mixed", 0.1), loss("int4", 0.2)];
    expect(budget({ losses: odd })).toMatchObject({ rankedBy: "measured", chosen: "mixed" });
    expect(budget({ losses: odd, budgetBytes: needs("mixed") - 1 })).toMatchObject({ chosen: "int4" });
    expect(budget({ losses: odd.slice(0, 2) })).toMatchObject({ rankedBy: "bits", chosen: "int8" });
    expect(budget({ losses: [loss("int8", 0.3), loss("mixed", 0.1, "another text"), loss("int4", 0.2)] })).toMatchObject({ rankedBy: "bits", chosen: "int8" });
  });

  it("that grows never makes the choice worse", () => {
    const bits = (bytes: number): number => {
      const { chosen, recipes } = budget({ budgetBytes: bytes });
      return recipes.find(({ recipe }) => recipe === chosen)?.bitsPerWeight ?? 0;
    };
    fc.assert(fc.property(fc.double({ min: 1e9, max: 4e10, noNaN: true }), fc.double({ min: 0, max: 1e10, noNaN: true }), (bytes, more) => {
      expect(bits(bytes + more)).toBeGreaterThanOrEqual(bits(bytes));
    }), { numRuns: 30 });
  });

  it("refuses a context beyond the model", () => {
    expect(() => budget({ contextTokens: 1 << 22 })).toThrow(/plan.contextBeyondModel/);
  });
});
