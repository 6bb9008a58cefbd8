import figures from "../../resources/site-figures.json" with { type: "json" };
import { placeWeights } from "../../main/graph/place-weights.ts";
import { makePlan } from "../../main/plan/make-plan.ts";
import type { PlannedModel } from "../../main/plan/planned-model.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { assignStorage } from "../../main/quantize/assign-storage.ts";
import { RECIPE_PRESETS } from "../../main/quantize/presets.ts";
import { modelArithmetic } from "../../main/spec/model-arithmetic.ts";
import { readModelSpec } from "../../main/spec/read-model-spec.ts";
import { weightsOf } from "../../main/spec/weights-of.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import { ENGINE_KINDS, type Plan, type PlanGoal, SiteFigures } from "../../shared/schemas/plan.ts";
import { PUBLISHED } from "../spec/published-configs.ts";

export const SITE_FIGURES = SiteFigures.parse(figures);

/** A model as the pipeline hands it to the planner, without a file. */
function plannedModel(name: string, spec: ModelSpec, publishedIn: PlannedModel["publishedIn"], recipes: readonly string[] = ["int8", "mixed", "int4"]): PlannedModel {
  const weights = weightsOf(spec, new Set());
  const { totalParameters, activeParameters, cacheBytesPerToken } = modelArithmetic(spec);
  const forms = RECIPE_PRESETS.filter((recipe) => recipes.includes(recipe.name)).map((recipe) => {
    const storage = assignStorage(recipe, weights);
    return { recipe: recipe.name, storage, packageBytes: placeWeights(weights, storage).files.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  return {
    identity: { name, family: spec.family, source: "config", digest: null, recipe: null, totalParameters, activeParameters, layers: spec.layers.length, maxPositions: spec.maxPositions, cacheBytesPerToken },
    spec, weights, forms, publishedIn,
  };
}

const made = new Map<string, PlannedModel>();

/** One of the published models by its name; V3 and Kimi K2 come in float8. */
export function published(name: string): PlannedModel {
  const known = made.get(name);
  if (known !== undefined) return known;
  const entry = PUBLISHED.find((each) => each.name === name);
  if (entry === undefined) throw new Error(`no published config of ${name}`);
  const model = plannedModel(name, readModelSpec(entry.config), name === "DeepSeek V3" || name === "Kimi K2" ? "fp8" : "bf16");
  made.set(name, model);
  return model;
}

export const NOW = Date.parse("2026-11-24T12:00:00Z");

export function planOf(model: PlannedModel, machine: Machine | string, goal: Partial<PlanGoal> = {}): Plan {
  return makePlan({
    model, machine: typeof machine === "string" ? presetMachine(machine) : machine, figures: SITE_FIGURES, records: [], nowMs: NOW,
    goal: { contextTokens: 4096, concurrency: 1, nodes: 1, preference: "best-quality", engines: [...ENGINE_KINDS], ...goal },
  });
}
