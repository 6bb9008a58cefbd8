import { WorkbenchError } from "../../shared/errors.ts";
import type { Recipe, RecipeStorage } from "../../shared/schemas/recipe.ts";
import { type Storage, type StorageMap, WEIGHT_CLASSES, type Weight, type WeightClass } from "../domain/weights.ts";

/** Tiny in bytes and large in effect: routing decisions, scales and biases are float32 whatever the recipe says. */
const ALWAYS_FLOAT: ReadonlySet<WeightClass> = new Set(["norm", "router", "bias"]);

interface CompiledRule {
  readonly classes: ReadonlySet<WeightClass>;
  readonly layers: ((layer: number | null) => boolean) | null;
  readonly storage: Storage;
}

/**
 * Recipe × weights → how each weight is stored; the first rule that matches decides.
 * @throws recipe.classUnmatched when no rule covers a weight; recipe.invalid when a rule can never match, or gives bits to a class that stays float32
 */
export function assignStorage(recipe: Recipe, weights: readonly Weight[]): StorageMap {
  const rules = recipe.rules.map((rule) => compile(recipe, rule));
  const assigned = new Map<string, Storage>();
  for (const weight of weights) {
    const rule = rules.find(({ classes, layers }) => classes.has(weight.weightClass) && (layers === null || layers(weight.layer)));
    if (ALWAYS_FLOAT.has(weight.weightClass)) assigned.set(weight.id, { kind: "float32" });
    else if (rule === undefined) throw new WorkbenchError("recipe.classUnmatched", { weightClass: weight.weightClass });
    else assigned.set(weight.id, possible(rule.storage, weight));
  }
  return assigned;
}

/** GatherBlockQuantized wants whole blocks in a row of the embedding: a smaller block, or float32. */
function possible(storage: Storage, weight: Weight): Storage {
  if (storage.kind === "float32" || weight.weightClass !== "embed_tokens" || weight.columns % storage.blockSize === 0) return storage;
  const blockSize = ([64, 32] as const).find((size) => size < storage.blockSize && weight.columns % size === 0);
  return blockSize === undefined ? { kind: "float32" } : { ...storage, blockSize };
}

function compile(recipe: Recipe, rule: Recipe["rules"][number]): CompiledRule {
  const expression = new RegExp(`^${rule.pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
  const classes = new Set(WEIGHT_CLASSES.filter((name) => expression.test(name)));
  if (classes.size === 0) throw new WorkbenchError("recipe.invalid", { file: recipe.name, reason: `the pattern "${rule.pattern}" matches no weight class (there are ${WEIGHT_CLASSES.join(", ")})` });
  const named = WEIGHT_CLASSES.find((name) => name === rule.pattern);
  if (named !== undefined && ALWAYS_FLOAT.has(named) && rule.storage !== "f32") {
    throw new WorkbenchError("recipe.invalid", { file: recipe.name, reason: `${named} stays float32 in every recipe` });
  }
  return { classes, layers: rule.layers === undefined ? null : layerRanges(recipe, rule.layers), storage: toStorage(rule.storage) };
}

const toStorage = (storage: RecipeStorage): Storage => (storage === "f32" ? { kind: "float32" } : { kind: "blocks", ...storage });

/** "0-2,60" → whether a layer is meant. Weights outside the layers (embedding, lm_head) never are. */
function layerRanges(recipe: Recipe, text: string): (layer: number | null) => boolean {
  const ranges = text.split(",").map((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    if (last < first) throw new WorkbenchError("recipe.invalid", { file: recipe.name, reason: `the layers "${range}" run backwards` });
    return { first, last };
  });
  return (layer) => layer !== null && ranges.some(({ first, last }) => layer >= first && layer <= last);
}
