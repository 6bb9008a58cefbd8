import { WorkbenchError } from "../../../shared/errors.ts";
import type { Recipe } from "../../../shared/schemas/recipe.ts";
import { readRecipe } from "../../api/read-recipe.ts";
import type { CommandSession, Connection } from "./command-session.ts";

/** A recipe as the command line names it: a preset, or a file. @throws recipe.unknownPreset, recipe.invalid, files.readFailed */
export async function findRecipe(session: CommandSession, connection: Connection, named: string): Promise<Recipe> {
  if (named.endsWith(".json") || /[\\/]/.test(named)) return readRecipe(connection.files, session.path(named));
  const presets = await connection.client.quantize.presets();
  const preset = presets.find((candidate) => candidate.name === named);
  if (preset === undefined) throw new WorkbenchError("recipe.unknownPreset", { found: named, known: presets.map((candidate) => candidate.name).join(", ") });
  return preset;
}
