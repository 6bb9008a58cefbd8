import { join } from "node:path";
import type { Recipe } from "../../shared/schemas/recipe.ts";
import type { Files } from "../domain/files.ts";
import { readRecipe } from "./read-recipe.ts";

/** The recipes that come with the workbench, by file name. @throws recipe.invalid when one was changed into something else */
export async function listPresets(files: Files, directory: string): Promise<Recipe[]> {
  const names = (await files.list(directory)).filter((name) => name.endsWith(".json"));
  return Promise.all(names.map((name) => readRecipe(files, join(directory, name))));
}
