import { z } from "zod";

/** How one group of weights is stored. */
export const RecipeStorage = z.union([
  z.literal("f32"),
  z.strictObject({
    bits: z.union([z.literal(4), z.literal(8)]),
    blockSize: z.union([z.literal(32), z.literal(64), z.literal(128)]),
    /** true: symmetric, zero point 2^(bits−1); false: a zero point per block. */
    symmetric: z.boolean(),
  }),
]);

/**
 * A recipe: ordered patterns over weight classes, the first that matches decides. A pattern is a class name, or one with `*` for any run
 * of characters ("experts.*", "*_proj", "*"). `layers` narrows a rule to layers by number ("0-2,60").
 */
export const Recipe = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  description: z.string().max(1000),
  rules: z.array(z.strictObject({
    pattern: z.string().min(1).max(64),
    layers: z.string().regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/).max(256).optional(),
    storage: RecipeStorage,
  })).min(1).max(256),
});
export type Recipe = z.infer<typeof Recipe>;
export type RecipeStorage = z.infer<typeof RecipeStorage>;
