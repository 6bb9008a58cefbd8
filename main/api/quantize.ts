import { budgetModel } from "../pipeline/plan-model.ts";
import { previewRecipe } from "../pipeline/preview-recipe.ts";
import { implementer } from "./implementer.ts";
import { knownLosses } from "./known-losses.ts";
import { listPresets } from "./list-presets.ts";
import { located } from "./located.ts";
import { machineNamed } from "./machine-named.ts";
import { resolveModel } from "./resolve-model.ts";
import { startKind } from "./start-kind.ts";

export const quantize = {
  start: implementer.quantize.start.handler(({ input, context: { workbench } }) => startKind(workbench, "quantize", input)),
  preview: implementer.quantize.preview.handler(async ({ input: { model, recipe }, context: { workbench } }) => {
    const resolved = await resolveModel(workbench, model);
    return previewRecipe(workbench.files, resolved.kind === "stored" ? resolved.model.directory : resolved.path, recipe);
  }),
  budget: implementer.quantize.budget.handler(async ({ input: { model, machine, contextTokens, ...request }, context: { workbench } }) =>
    budgetModel(workbench.files, { ...(await located(workbench, model)), machine: await machineNamed(workbench, machine), contextTokens: contextTokens ?? null, ...request, losses: await knownLosses(workbench, model) })),
  presets: implementer.quantize.presets.handler(({ context: { workbench } }) => listPresets(workbench.files, workbench.recipesDirectory)),
};
