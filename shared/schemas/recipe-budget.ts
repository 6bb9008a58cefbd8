import { z } from "zod";
import { Estimate } from "./report.ts";

export const RecipeBudgetRequest = z.strictObject({
  model: z.string().min(1).max(4096),
  /** As a plan's. */
  machine: z.string().min(1).max(4096).default("here"),
  /** Absent: as a plan's. */
  contextTokens: z.int().min(1).max(1 << 24).optional(),
  concurrency: z.int().min(1).max(1 << 20).default(1),
  /** Memory for everything: weights, cache, the engine itself. null: what is free there. */
  budgetBytes: z.number().positive().nullable().default(null),
});
export type RecipeBudgetRequest = z.output<typeof RecipeBudgetRequest>;

export const BudgetedRecipe = z.strictObject({
  recipe: z.string(),
  bitsPerWeight: z.number(),
  packageBytes: z.number(),
  /** Resident when it runs. The three add up to what is needed. */
  weightBytes: z.number(),
  cacheBytes: z.number(),
  engineBytes: z.number(),
  neededBytes: z.number(),
  fits: z.boolean(),
  /** Of the budget; negative: so much is missing. */
  spareBytes: z.number(),
  /** KL from float32 as it was measured for this checkpoint; null: nobody did. */
  kl: Estimate.nullable(),
});
export type BudgetedRecipe = z.infer<typeof BudgetedRecipe>;

/** Which recipes fit a budget of memory, and which of them loses least. */
export const RecipeBudget = z.strictObject({
  machine: z.string(),
  contextTokens: z.int(),
  concurrency: z.int(),
  budgetBytes: z.number(),
  /** What the machine can give. */
  capacityBytes: z.number(),
  /** measured: by the divergence of all that fit, on one text from one reference; bits: the more bits a weight, the less is lost. */
  rankedBy: z.enum(["measured", "bits"]),
  /** The least loss first. */
  recipes: z.array(BudgetedRecipe),
  /** null: none fits. */
  chosen: z.string().nullable(),
});
export type RecipeBudget = z.infer<typeof RecipeBudget>;
