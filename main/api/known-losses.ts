import type { KnownLoss } from "../pipeline/plan-model.ts";
import { resolveModel } from "./resolve-model.ts";
import type { Workbench } from "./workbench.ts";

/** What was measured of packages of this checkpoint against another, newest first; nothing for what the store does not know. */
export async function knownLosses(workbench: Workbench, reference: string): Promise<KnownLoss[]> {
  const resolved = await resolveModel(workbench, reference);
  if (resolved.kind === "path") return [];
  const { store } = workbench;
  const recipes = new Map(store.models.children(resolved.model.id).map(({ id, recipe }) => [id, recipe]));
  return store.reports.list().toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).flatMap(({ modelId, body }): KnownLoss[] => {
    const recipe = recipes.get(modelId) ?? null;
    if (recipe === null || body.kind !== "perplexity" || body.against?.model.recipe !== "f32") return [];
    return [{ recipe, kl: body.against.klMean, basis: `${body.text.sha256} ${body.text.windows}×${body.text.windowTokens} ${body.against.model.digest}` }];
  });
}
