import type { Recipe } from "../../../shared/schemas/recipe.ts";

/** null: as the checkpoint has it, no recipe was applied. */
export type WeightBits = 4 | 8 | 32 | null;

/** Tiny in bytes and large in effect: these stay float32 whatever a recipe says (main/quantize/assign-storage.ts). */
const ALWAYS_FLOAT: ReadonlySet<string> = new Set(["norm", "router", "bias"]);

/** How many bits a weight of a class has in a layer: the first rule that matches decides. `layer` is null for what is outside of them, which no rule with layers means. */
export function weightBits(recipe: Recipe | null, weightClass: string, layer: number | null): WeightBits {
  if (recipe === null) return null;
  if (ALWAYS_FLOAT.has(weightClass)) return 32;
  const rule = recipe.rules.find(({ pattern, layers }) => matches(pattern, weightClass) && (layers === undefined || (layer !== null && isInRanges(layers, layer))));
  return rule === undefined || rule.storage === "f32" ? 32 : rule.storage.bits;
}

function matches(pattern: string, weightClass: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === weightClass;
  const [first = "", ...others] = parts;
  if (!weightClass.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of others.entries()) {
    const found = index === others.length - 1 ? weightClass.length - part.length : weightClass.indexOf(part, at);
    if (found < at || !weightClass.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}

/** "0-2,60" */
function isInRanges(text: string, layer: number): boolean {
  return text.split(",").some((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return layer >= first && layer <= last;
  });
}
