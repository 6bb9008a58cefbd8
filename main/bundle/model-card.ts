import type { ModelReport } from "../../shared/schemas/report.ts";
import type { DeliveredModel } from "./delivery-contents.ts";
import { reportMetrics } from "./report-metrics.ts";

/** A model card of facts alone: what is computed from the config, was measured, or is declared by the publisher. */
export function modelCard({ packed, spec, arithmetic, recipe, checkpointName }: DeliveredModel, reports: readonly ModelReport[]): string {
  const { attention, moe } = spec;
  const count = (value: number): string => value.toLocaleString("en");
  const facts: readonly (readonly [string, string])[] = [
    ["Family", spec.family],
    ["Parameters", `${count(arithmetic.totalParameters)}, of which ${count(arithmetic.activeParameters)} are used for a token`],
    ["Layers", String(spec.layers.length)],
    ["Attention", attention.kind === "mla" ? `multi-head latent, ${attention.headCount} heads, ${attention.kvLoraRank + attention.ropeHeadDim} numbers a token and layer in the cache` : `grouped queries, ${attention.headCount} heads over ${attention.kvHeadCount}`],
    ["Experts", moe === null ? "none" : `${moe.expertCount}, ${moe.expertsPerToken} for each token`],
    ["Context", `${count(spec.maxPositions)} tokens`],
    ["Cache", `${count(arithmetic.cacheBytesPerToken)} bytes a token in 16 bits`],
    ["Precision", packed.kind === "package" ? `recipe ${packed.precision}${recipe?.description ? `: ${recipe.description}` : ""}` : `${packed.precision}, as published`],
    ["Size", `${count(packed.sources.reduce((sum, { bytes }) => sum + bytes, 0))} bytes in ${packed.sources.length} files`],
    ["Licence", packed.licence ?? "none is declared in its files"],
  ];
  const lineage = packed.kind === "package"
    ? [`Checkpoint ${plain(checkpointName)}, \`sha256:${packed.checkpointDigest}\``, `quantized with recipe ${plain(packed.precision)} to package \`sha256:${packed.modelDigest}\``]
    : [`Checkpoint ${plain(packed.name)}, \`sha256:${packed.checkpointDigest}\`, unchanged`];
  const metrics = reports.filter(({ body }) => body.conditions.model.digest === packed.modelDigest).flatMap(({ id, body }) => reportMetrics(body).map((metric) => ({ id, ...metric })));
  return [
    `# ${plain(packed.name)}`, "", "| | |", "|---|---|", ...facts.map(([what, fact]) => `| ${what} | ${plain(fact)} |`), "",
    "## Lineage", "", ...lineage.map((line, index) => `${index + 1}. ${line}`), "",
    "## Measured", "",
    ...(metrics.length === 0 ? ["No report was given along."] : ["| What | Value | From | To | How | Report |", "|---|---|---|---|---|---|", ...metrics.map(({ id, type, value, slice, confidenceInterval: { lowerBound, upperBound } }) => `| ${plain(type)} | ${value} | ${lowerBound} | ${upperBound} | ${plain(slice)} | ${plain(id)} |`)]),
    "",
  ].join("\n");
}

/** Names come from outside: none may add a cell, a line or a link. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").replaceAll(/[|<>[\]`\\*_]/g, (sign) => `\\${sign}`);
