import type { RecipePreview } from "../../../shared/schemas/recipe-preview.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatNumber, formatParameters } from "./format-units.ts";
import { textTable } from "./text-table.ts";

export function presentRecipePreview(preview: RecipePreview): CommandOutcome {
  const { recipe, weightFileBytes, weightFiles, bitsPerWeight, classes } = preview;
  const table = textTable(
    [{ title: "CLASS" }, { title: "STORED AS" }, { title: "MATRICES", align: "right" }, { title: "PARAMETERS", align: "right" }, { title: "BITS", align: "right" }, { title: "BYTES", align: "right" }],
    classes.map(({ weightClass, format, matrices, parameters, bytes }) => [weightClass, format, formatCount(matrices), formatParameters(parameters), formatNumber((bytes * 8) / parameters), formatBytes(bytes)]),
  );
  const files = weightFiles === 1 ? "one file" : `${formatCount(weightFiles)} files`;
  return { json: { id: recipe, preview }, text: `${table}\n\n${recipe}: ${formatBytes(weightFileBytes)} of weights in ${files}, ${formatNumber(bitsPerWeight)} bits a weight.` };
}
