import type { Band, Plan } from "../../../shared/schemas/plan.ts";

/** What a plan says of one recipe on its machine. */
export interface Outlook {
  readonly recipe: string;
  readonly fits: boolean;
  readonly usedBytes: number;
  readonly capacityBytes: number;
  readonly decodeTokensPerSecond: number | null;
  /** Where the plan settled on this very recipe: the prediction with its band, and what the band rests on. */
  readonly band: { readonly speed: Band; readonly from: "records" | "prior"; readonly records: number } | null;
  readonly contextTokens: number;
}

/** null: the plan did not weigh this recipe (float32, a recipe of one's own), or the engine cannot run there. */
export function outlookOf(plan: Plan, recipe: string): Outlook | null {
  const option = plan.options.find(({ engine }) => engine === "onnx");
  const weighed = option?.considered.find(({ precision }) => precision === recipe);
  if (weighed === undefined) return null;
  const { fits, usedBytes, capacityBytes, decodeTokensPerSecond } = weighed;
  return { recipe, fits, usedBytes, capacityBytes, decodeTokensPerSecond, band: bandOf(plan, recipe), contextTokens: plan.goal.contextTokens };
}

/** The recipe the plan settled on, fitting or coming nearest; null where the engine cannot run. */
export function settledRecipe(plan: Plan): string | null {
  return plan.options.find(({ engine }) => engine === "onnx")?.arrangement?.precision.name ?? null;
}

function bandOf(plan: Plan, recipe: string): Outlook["band"] {
  const arrangement = plan.options.find(({ engine }) => engine === "onnx")?.arrangement;
  if (!arrangement?.speed || arrangement.precision.name !== recipe) return null;
  const { decodeTokensPerSecond, band } = arrangement.speed;
  return { speed: decodeTokensPerSecond, from: band.from, records: band.records };
}
