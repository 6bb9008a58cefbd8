import type { RecipeBudget } from "../../../shared/schemas/recipe-budget.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatNumber, formatWithError } from "./format-units.ts";
import { textTable } from "./text-table.ts";

/** Every preset, why it fits or not, and which is chosen. None fits: nothing went wrong, and a script must still see it. */
export function presentRecipeBudget(budget: RecipeBudget): CommandOutcome {
  return { json: { id: budget.chosen, budget }, text: recipeBudgetText(budget), ...(budget.chosen === null ? { status: "failed" as const } : {}) };
}

export function recipeBudgetText({ machine, contextTokens, concurrency, budgetBytes, capacityBytes, rankedBy, recipes, chosen }: RecipeBudget): string {
  const table = textTable(
    [
      { title: "RECIPE" }, { title: "BITS", align: "right" }, { title: "WEIGHTS", align: "right" }, { title: "CACHE", align: "right" }, { title: "ENGINE", align: "right" }, { title: "NEEDS", align: "right" }, { title: "FITS" },
      { title: "KNOWN LOSS (KL)" },
    ],
    recipes.map(({ recipe, bitsPerWeight, weightBytes, cacheBytes, engineBytes, neededBytes, fits, spareBytes, kl }) => [
      recipe, formatNumber(bitsPerWeight), formatBytes(weightBytes), formatBytes(cacheBytes), formatBytes(engineBytes), formatBytes(neededBytes), fits ? `yes, ${formatBytes(spareBytes)} to spare` : `no, ${formatBytes(-spareBytes)} short`,
      recipe === "f32" ? "0, the reference" : kl === null ? "not measured" : formatWithError(kl.mean, kl.standardError),
    ]),
  );
  const load = `${formatCount(contextTokens)} tokens of context${concurrency === 1 ? "" : `, ${formatCount(concurrency)} sequences`}`;
  const by = rankedBy === "measured" ? "by the loss measured on this checkpoint" : "by bits a weight, as not all that fit were measured";
  const verdict = chosen === null ? "No recipe fits: take less context, more memory or a smaller model." : `${chosen} loses least of those that fit (ranked ${by}).`;
  return `${table}\n\nBudget ${formatBytes(budgetBytes)} of ${formatBytes(capacityBytes)} on ${machine}, ${load}. ${verdict}`;
}
