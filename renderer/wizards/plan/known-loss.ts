import type { Model } from "../../../shared/schemas/model.ts";
import type { PerplexityReport, Report } from "../../../shared/schemas/report.ts";

/** What was measured of a package of this checkpoint in this recipe; the newest that compares with another package comes first. null: nothing was. */
export function knownLoss(checkpointId: string, recipe: string, models: readonly Model[], reports: readonly Report[]): PerplexityReport | null {
  const made = new Set(models.filter(({ parentId, recipe: used }) => parentId === checkpointId && used === recipe).map(({ id }) => id));
  const measured = reports.filter(({ modelId }) => made.has(modelId)).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).flatMap(({ body }) => (body.kind === "perplexity" ? [body] : []));
  return measured.find(({ against }) => against !== null) ?? measured[0] ?? null;
}

/** The package without loss that others of its checkpoint are compared with. */
export function referencePackage(checkpointId: string, models: readonly Model[]): Model | null {
  return models.find(({ kind, parentId, recipe }) => kind === "package" && parentId === checkpointId && recipe === "f32") ?? null;
}
