import { WorkbenchError } from "../../shared/errors.ts";
import { Recipe } from "../../shared/schemas/recipe.ts";

/** 256 rules of full length are 50 KB. */
const MAX_RECIPE_CHARACTERS = 2 ** 18;

/** @throws recipe.invalid naming the place in the document */
export function parseRecipe(text: string, file: string): Recipe {
  if (text.length > MAX_RECIPE_CHARACTERS) throw new WorkbenchError("recipe.invalid", { file, reason: `longer than ${MAX_RECIPE_CHARACTERS} characters` });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new WorkbenchError("recipe.invalid", { file, reason: `not JSON: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause });
  }
  const parsed = Recipe.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WorkbenchError("recipe.invalid", { file, reason: `${issue?.path.join(".") || "the document"}: ${issue?.message}` });
}
