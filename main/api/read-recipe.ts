import { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import { Recipe } from "../../shared/schemas/recipe.ts";
import type { Files } from "../domain/files.ts";

/** Stops a mistaken path (a weight file, say) from being read whole. 256 rules with the longest fields come to under 200 kB. */
const RECIPE_LIMIT_BYTES = 1 << 20;

/** Reads and checks one recipe document. @throws recipe.invalid, files.readFailed */
export async function readRecipe(files: Files, file: string): Promise<Recipe> {
  const text = new TextDecoder().decode(await files.readAll(file, RECIPE_LIMIT_BYTES));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (thrown) {
    throw new WorkbenchError("recipe.invalid", { file, reason: `not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}` }, { cause: thrown });
  }
  const recipe = Recipe.safeParse(document);
  if (!recipe.success) throw new WorkbenchError("recipe.invalid", { file, reason: z.prettifyError(recipe.error).replaceAll("\n", " ") });
  return recipe.data;
}
