import { WorkbenchError } from "../../shared/errors.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import type { BudgetedRecipe, RecipeBudget } from "../../shared/schemas/recipe-budget.ts";
import type { Estimate } from "../../shared/schemas/report.ts";
import { devicePools } from "./device-pools.ts";
import { embeddedForm, embeddedMemory } from "./embedded-memory.ts";
import type { PlannedModel } from "./planned-model.ts";
import { precisionsFor } from "./precisions.ts";

/** What a recipe cost a checkpoint when somebody measured it. */
export interface KnownLoss {
  readonly recipe: string;
  readonly kl: Estimate;
  /** What it was measured on and from: divergences are compared only where both are the same. */
  readonly basis: string;
}

export interface BudgetRecipes {
  readonly model: PlannedModel;
  readonly machine: Machine;
  readonly contextTokens: number;
  readonly concurrency: number;
  /** null: what is free. */
  readonly budgetBytes: number | null;
  readonly losses: readonly KnownLoss[];
}

/**
 * Weighs every form a model can be packaged in against a budget of memory, and names the one that loses least of those that fit: memory as a plan counts it.
 * @throws plan.nothingToPlanOn where the machine's memory is not known, plan.contextBeyondModel
 */
export function budgetRecipes({ model, machine, contextTokens, concurrency, budgetBytes: asked, losses }: BudgetRecipes): RecipeBudget {
  const pool = devicePools(machine).pools.find(({ kind }) => kind === "cpu");
  const name = machine.platform.hostName ?? machine.cpu.model ?? machine.observation.how;
  if (pool === undefined) throw new WorkbenchError("plan.nothingToPlanOn", { machine: name });
  if (contextTokens > model.spec.maxPositions) throw new WorkbenchError("plan.contextBeyondModel", { contextTokens, maxPositions: model.spec.maxPositions });
  const { capacityBytes } = pool;
  const budgetBytes = Math.min(asked ?? capacityBytes, capacityBytes);
  const bits = new Map(precisionsFor("onnx", model, [], pool).map((precision) => [precision.name, precision.bitsPerWeight]));
  const weighed = model.forms.map((form): BudgetedRecipe => {
    const { usedBytes, parts } = embeddedMemory({ spec: model.spec, form: embeddedForm(model.spec, model.weights, form), contextTokens, concurrency }, budgetBytes);
    const partBytes = (chosen: (part: string) => boolean): number => parts.filter(({ part }) => chosen(part)).reduce((sum, { bytes }) => sum + bytes, 0);
    const weightBytes = partBytes((part) => part.startsWith("weights."));
    const cacheBytes = partBytes((part) => part === "cache");
    return {
      recipe: form.recipe, bitsPerWeight: bits.get(form.recipe) ?? 0, packageBytes: form.packageBytes, weightBytes, cacheBytes, engineBytes: usedBytes - weightBytes - cacheBytes,
      neededBytes: usedBytes, fits: usedBytes <= budgetBytes, spareBytes: budgetBytes - usedBytes, kl: losses.find(({ recipe }) => recipe === form.recipe)?.kl ?? null,
    };
  });
  const rankedBy = areComparable(weighed, losses) ? "measured" : "bits";
  const recipes = weighed.toSorted((a, b) => (rankedBy === "measured" ? lossOf(a) - lossOf(b) : 0) || b.bitsPerWeight - a.bitsPerWeight);
  return { machine: name, contextTokens, concurrency, budgetBytes, capacityBytes, rankedBy, recipes, chosen: recipes.find(({ fits }) => fits)?.recipe ?? null };
}

/** Float32 is what divergence is measured from. */
const isReference = ({ recipe }: Pick<BudgetedRecipe, "recipe">): boolean => recipe === "f32";

function lossOf(recipe: BudgetedRecipe): number {
  return isReference(recipe) ? 0 : (recipe.kl?.mean ?? Number.POSITIVE_INFINITY);
}

/** Of several that fit: all were measured, on one text, from one reference. */
function areComparable(weighed: readonly BudgetedRecipe[], losses: readonly KnownLoss[]): boolean {
  const fitting = weighed.filter((recipe) => recipe.fits && !isReference(recipe));
  const bases = fitting.map(({ recipe }) => losses.find((loss) => loss.recipe === recipe)?.basis);
  return fitting.length > 0 && bases.every((basis) => basis !== undefined && basis === bases[0]);
}
