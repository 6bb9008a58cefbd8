import f32 from "../../resources/recipes/f32.json" with { type: "json" };
import int4 from "../../resources/recipes/int4.json" with { type: "json" };
import int8 from "../../resources/recipes/int8.json" with { type: "json" };
import mixed from "../../resources/recipes/mixed.json" with { type: "json" };
import { WorkbenchError } from "../../shared/errors.ts";
import { Recipe } from "../../shared/schemas/recipe.ts";

/** `mixed` is the default. */
export const RECIPE_PRESETS: readonly Recipe[] = [mixed, int4, int8, f32].map((json) => Recipe.parse(json));

/** @throws recipe.unknownPreset with the names there are */
export function findPreset(name: string): Recipe {
  const preset = RECIPE_PRESETS.find((recipe) => recipe.name === name);
  if (preset === undefined) throw new WorkbenchError("recipe.unknownPreset", { found: name, known: RECIPE_PRESETS.map((recipe) => recipe.name).join(", ") });
  return preset;
}
