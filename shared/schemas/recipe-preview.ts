import { z } from "zod";
import { WeightFormat } from "./weight-format.ts";

/** What a recipe would make of a model, counted before a byte is read. */
export const RecipePreview = z.strictObject({
  recipe: z.string(),
  /** The package's files of weights, with the room between their parts. */
  weightFileBytes: z.number(),
  weightFiles: z.int(),
  /** Without that room, over all parameters. */
  bitsPerWeight: z.number(),
  /** One row for each way in which weights of a class are stored: a recipe may treat layers differently. */
  classes: z.array(z.strictObject({ weightClass: z.string(), format: WeightFormat, matrices: z.int(), parameters: z.number(), bytes: z.number() })),
});
export type RecipePreview = z.infer<typeof RecipePreview>;
