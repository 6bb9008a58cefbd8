import type { ModelInspection } from "../../../shared/contract.ts";
import type { Arrival } from "../../../shared/schemas/import-preflight.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import type { ModelArithmetic, ModelSpec } from "../../../shared/schemas/model-spec.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatNumber, formatParameters, formatTime } from "./format-units.ts";
import { fieldList, textTable } from "./text-table.ts";

export function presentModels(models: readonly Model[]): CommandOutcome {
  const text = models.length === 0
    ? "No models yet. Bring one in: sallyport model import <directory>"
    : textTable(
      [{ title: "ID" }, { title: "NAME" }, { title: "FAMILY" }, { title: "RECIPE" }, { title: "PARAMETERS", align: "right" }, { title: "ACTIVE", align: "right" }, { title: "SIZE", align: "right" }, { title: "CREATED" }],
      models.map((model) => [model.id, model.name, model.family, model.recipe ?? "–", formatParameters(model.totalParameters), formatParameters(model.activeParameters), formatBytes(model.bytes), formatTime(model.createdAt)]),
    );
  return { json: { models }, text };
}

export function presentInspection(inspection: ModelInspection): CommandOutcome {
  const { model, spec, arithmetic, checkpoint, recipe } = inspection;
  const fields: (readonly [string, string])[] = [];
  if (model !== null) fields.push(["id", model.id], ["name", model.name], ["digest", model.digest], ["files", `${model.directory}${model.owned ? "" : " (in place)"}, ${formatBytes(model.bytes)}`]);
  if (model?.arrival !== undefined) fields.push(...arrivalFields(model.arrival));
  if (model?.parentId) fields.push(["made from", model.parentId]);
  if (recipe !== null) fields.push(["recipe", `${recipe.name}: ${recipe.description}`]);
  fields.push(...specFields(spec), ...arithmeticFields(arithmetic));
  if (checkpoint !== null) {
    fields.push(
      ["checkpoint", `${formatCount(checkpoint.files)} files, ${formatBytes(checkpoint.bytes)}, ${formatCount(checkpoint.tensors)} tensors${checkpoint.ignoredMtpTensors > 0 ? `, ${formatCount(checkpoint.ignoredMtpTensors)} of multi-token prediction left out` : ""}`],
      ["stored as", Object.entries(checkpoint.dtypes).map(([dtype, count]) => `${dtype} × ${formatCount(count)}`).join(", ")],
      ["chat template", checkpoint.chatTemplate === null ? "none" : `yes, ${formatCount(checkpoint.chatTemplate.length)} characters`],
    );
  }
  return { json: { id: model?.id ?? null, ...inspection }, text: `${fieldList(fields)}\n\n${classTable(arithmetic)}` };
}

/** What was checked of a checkpoint on its way in, and what was not. */
export function arrivalFields({ from, mode, checksums, template }: Arrival): (readonly [string, string])[] {
  const came = { copy: "copied", link: "hard links: who writes into the originals writes into both", inPlace: "used in place" }[mode];
  return [
    ["came from", `${from} (${came})`],
    ["checksums", checksums === null ? "compared with no list" : `${formatCount(checksums.covered)} files agree with ${checksums.source} (${checksums.sha256})${checksums.uncovered === 0 ? "" : `, ${formatCount(checksums.uncovered)} it does not name`}`],
    ["template", template === null ? "none" : `${template.sha256}, ${template.isApproved ? "read and approved" : "not reviewed: model import --check shows it"}`],
  ];
}

function specFields(spec: ModelSpec): (readonly [string, string])[] {
  const { attention, moe, rope } = spec;
  const dense = spec.layers.filter((layer) => layer.kind === "dense").length;
  return [
    ["family", spec.family],
    ["layers", `${spec.layers.length}${moe === null ? "" : ` (${dense} dense, ${spec.layers.length - dense} with experts)`}${spec.mtpLayerCount > 0 ? `, ${spec.mtpLayerCount} for multi-token prediction left out` : ""}`],
    ["width", `${formatCount(spec.hiddenSize)}, vocabulary ${formatCount(spec.vocabSize)}${spec.tiedEmbeddings ? ", embeddings tied" : ""}`],
    ["attention", attention.kind === "mla"
      ? `latent (MLA), ${attention.headCount} heads, latent ${attention.kvLoraRank} + ${attention.ropeHeadDim}`
      : `grouped-query, ${attention.headCount} heads on ${attention.kvHeadCount}, ${attention.headDim} wide${attention.slidingWindow === null ? "" : `, window ${formatCount(attention.slidingWindow)}`}`],
    ...(moe === null ? [] : [["experts", `${moe.expertsPerToken} of ${moe.expertCount} a token${moe.sharedIntermediateSize > 0 ? ", and a shared one" : ""}; ${moe.router.score} router${moe.router.groups === null ? "" : `, ${moe.router.groups.kept} of ${moe.router.groups.count} groups`}`] as const]),
    ["context", `${formatCount(spec.maxPositions)} tokens, rope ${rope.scaling}`],
  ];
}

function arithmeticFields(arithmetic: ModelArithmetic): (readonly [string, string])[] {
  const { totalParameters, activeParameters, cacheBytesPerToken, expandedCacheBytesPerToken } = arithmetic;
  const saved = expandedCacheBytesPerToken > cacheBytesPerToken ? `; ${formatBytes(expandedCacheBytesPerToken)} with expanded heads, ${formatNumber(expandedCacheBytesPerToken / cacheBytesPerToken)} times as much` : "";
  return [
    ["parameters", `${formatCount(totalParameters)} (${formatParameters(totalParameters)}), ${formatCount(activeParameters)} active a token (${formatParameters(activeParameters)})`],
    ["cache", `${formatBytes(cacheBytesPerToken)} a token at 2 bytes a number${saved}`],
  ];
}

function classTable(arithmetic: ModelArithmetic): string {
  return textTable(
    [{ title: "WEIGHTS" }, { title: "MATRICES", align: "right" }, { title: "PARAMETERS", align: "right" }, { title: "ACTIVE", align: "right" }, { title: "SIZE", align: "right" }],
    arithmetic.classes.map((entry) => [entry.weightClass, formatCount(entry.matrices), formatParameters(entry.parameters), formatParameters(entry.activeParameters), formatBytes(entry.bytes)]),
  );
}
