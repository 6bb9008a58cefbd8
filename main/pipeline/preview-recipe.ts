import type { Recipe } from "../../shared/schemas/recipe.ts";
import type { RecipePreview } from "../../shared/schemas/recipe-preview.ts";
import type { WeightFormat } from "../../shared/schemas/weight-format.ts";
import type { Files } from "../domain/files.ts";
import type { Storage } from "../domain/weights.ts";
import { placeWeights, storedParts } from "../graph/place-weights.ts";
import { assignStorage } from "../quantize/assign-storage.ts";
import { weightsOf } from "../spec/weights-of.ts";
import { inspectDirectory } from "./inspect-model.ts";

type PreviewedClass = RecipePreview["classes"][number];

/** Counts what `recipe` would make of the model at `location`; reads headers only. @throws recipe.*, checkpoint.*, package.*, spec.* */
export async function previewRecipe(files: Files, location: string, recipe: Recipe): Promise<RecipePreview> {
  const { spec } = await inspectDirectory(files, location);
  const weights = weightsOf(spec, new Set());
  const storage = assignStorage(recipe, weights);
  const rows = new Map<string, PreviewedClass>();
  let parameters = 0;
  let bytes = 0;
  for (const weight of weights) {
    const stored = storage.get(weight.id) ?? { kind: "float32" };
    const weightBytes = storedParts(stored, weight.rows, weight.columns).reduce((sum, part) => sum + part.bytes, 0);
    const format = formatOf(stored);
    const key = `${weight.weightClass} ${format}`;
    const row = rows.get(key) ?? { weightClass: weight.weightClass, format, matrices: 0, parameters: 0, bytes: 0 };
    rows.set(key, { ...row, matrices: row.matrices + 1, parameters: row.parameters + weight.rows * weight.columns, bytes: row.bytes + weightBytes });
    parameters += weight.rows * weight.columns;
    bytes += weightBytes;
  }
  const placed = placeWeights(weights, storage).files;
  return {
    recipe: recipe.name, weightFileBytes: placed.reduce((sum, file) => sum + file.bytes, 0), weightFiles: placed.length, bitsPerWeight: (bytes * 8) / parameters,
    classes: [...rows.values()],
  };
}

function formatOf(storage: Storage): WeightFormat {
  return storage.kind === "float32" ? "f32" : `blocks${storage.bits}/${storage.blockSize}`;
}
