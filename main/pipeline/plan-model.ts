import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { ModelExplanation, Plan, PlanCheck, PlanGoal, PlanModel, SiteFigures } from "../../shared/schemas/plan.ts";
import type { Recipe } from "../../shared/schemas/recipe.ts";
import type { RecipeBudget } from "../../shared/schemas/recipe-budget.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { placeWeights } from "../graph/place-weights.ts";
import { budgetRecipes, type KnownLoss } from "../plan/budget-recipes.ts";
import { explainModel } from "../plan/explain-model.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { PackageForm, PlannedModel } from "../plan/planned-model.ts";
import { assignStorage } from "../quantize/assign-storage.ts";
import { RECIPE_PRESETS } from "../quantize/presets.ts";
import { modelArithmetic } from "../spec/model-arithmetic.ts";
import { readModelSpec } from "../spec/read-model-spec.ts";
import { weightsOf } from "../spec/weights-of.ts";
import { openModelPackage } from "./open-model-package.ts";
import { readConfig } from "./read-config.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

/** float32 is a reference and eight times as large: nobody plans to run it unless a package holds it. */
const PLANNED_RECIPES: readonly Recipe[] = RECIPE_PRESETS.filter(({ name }) => name !== "f32");

const USUAL_CONTEXT_TOKENS = 4096;

export interface PlanModelRequest {
  /** A package, a checkpoint, or a lone config.json. */
  readonly location: string;
  readonly name: string;
  readonly machine: Machine;
  readonly goal: Omit<PlanGoal, "contextTokens">;
  /** null: as long as most conversations, or as far as the model goes. */
  readonly contextTokens: number | null;
  readonly figures: SiteFigures;
  readonly records: readonly PlanCheck[];
  readonly nowMs: number;
}

/** Joins what is known of a model with a machine. Nothing is read but headers. @throws plan.*, checkpoint.*, package.*, spec.* */
export async function planModel(files: Files, { location, name, contextTokens, goal, ...request }: PlanModelRequest): Promise<Plan> {
  const model = await plannedModelAt(files, location, name);
  return makePlan({ ...request, model, goal: { ...goal, contextTokens: contextTokens ?? Math.min(USUAL_CONTEXT_TOKENS, model.spec.maxPositions) } });
}

/** @throws checkpoint.*, package.*, spec.* */
export async function explainModelAt(files: Files, location: string, name: string): Promise<ModelExplanation> {
  return explainModel(await plannedModelAt(files, location, name));
}

export type { KnownLoss };

export interface BudgetModel {
  readonly location: string;
  readonly name: string;
  readonly machine: Machine;
  /** null: as a plan's. */
  readonly contextTokens: number | null;
  readonly concurrency: number;
  readonly budgetBytes: number | null;
  readonly losses: readonly KnownLoss[];
}

/** Every preset, float32 too, against a budget of memory. @throws as planModel */
export async function budgetModel(files: Files, { location, name, contextTokens, ...request }: BudgetModel): Promise<RecipeBudget> {
  const model = await plannedModelAt(files, location, name, RECIPE_PRESETS);
  return budgetRecipes({ ...request, model, contextTokens: contextTokens ?? Math.min(USUAL_CONTEXT_TOKENS, model.spec.maxPositions) });
}

/** A package is planned as it is; anything else may be made into any of `recipes`. */
export async function plannedModelAt(files: Files, location: string, name: string, recipes = PLANNED_RECIPES): Promise<PlannedModel> {
  const status = await files.status(location);
  if (status === undefined) throw new WorkbenchError("checkpoint.notFound", { file: location });
  if (status.kind === "file") {
    const config = await readConfig(files, location);
    return plannedModel(readModelSpec(config), recipes, { name, source: "config", digest: null, recipe: null }, publishedIn(config));
  }
  if (await files.status(path.join(location, PACKAGE_FILES.manifest))) {
    const { manifest, digest } = await openModelPackage(files, location);
    return plannedModel(manifest.spec, [manifest.recipe], { name: manifest.name, source: "package", digest, recipe: manifest.recipe.name }, "bf16");
  }
  const { spec, checkpoint } = await understandCheckpoint(files, location);
  const isFloat8 = [...checkpoint.tensors.values()].some(({ dtype }) => dtype.startsWith("F8"));
  return plannedModel(spec, recipes, { name, source: "checkpoint", digest: null, recipe: null }, isFloat8 ? "fp8" : "bf16");
}

function plannedModel(spec: ModelSpec, recipes: readonly Recipe[], identity: Pick<PlanModel, "name" | "source" | "digest" | "recipe">, published: PlannedModel["publishedIn"]): PlannedModel {
  const weights = weightsOf(spec, new Set());
  const { totalParameters, activeParameters, cacheBytesPerToken } = modelArithmetic(spec);
  const forms = recipes.map((recipe): PackageForm => {
    const storage = assignStorage(recipe, weights);
    return { recipe: recipe.name, storage, packageBytes: placeWeights(weights, storage).files.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  return {
    identity: { ...identity, name: identity.name.slice(0, 256), family: spec.family, totalParameters, activeParameters, layers: spec.layers.length, maxPositions: spec.maxPositions, cacheBytesPerToken },
    spec, weights, forms, publishedIn: published,
  };
}

/** DeepSeek publishes V3 and its kin in float8 and says so in the config. */
function publishedIn(config: Readonly<Record<string, unknown>>): PlannedModel["publishedIn"] {
  const quantization = Object.hasOwn(config, "quantization_config") ? config["quantization_config"] : undefined;
  return typeof quantization === "object" && quantization !== null && "quant_method" in quantization && quantization.quant_method === "fp8" ? "fp8" : "bf16";
}
