import type { ArticleClaim, Derivation, ExplainedFigure, ModelExplanation } from "../../../shared/schemas/plan.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatNumber, formatParameters, formatPercent } from "./format-units.ts";
import { textTable } from "./text-table.ts";

const FIGURE_TITLES: Readonly<Record<string, string>> = {
  totalParameters: "parameters", activeParameters: "active parameters", activeShare: "active share", weightBytesPerToken: "weights read a token, 16 bits", cacheBytesPerToken: "cache a token, as kept", expandedCacheBytesPerToken: "cache a token, heads expanded",
  cacheRatio: "expanded over kept", cacheSaved: "cache saved", contextCacheBytes: "cache of the whole context", latentCache: "cache a token, latent", expandedCache: "cache a token, expanded",
};

/** What a model costs to run, with the formulas; and, for the model of the article, its table beside ours. */
export function presentExplanation(explanation: ModelExplanation): CommandOutcome {
  const { figures, article } = explanation;
  const table = textTable([{ title: "FIGURE" }, { title: "VALUE", align: "right" }, { title: "FORMULA" }], figures.map(({ code, value, unit, derivation }) => [titleOf(code), valueText(value, unit), derivationText(derivation)]));
  const sections = [table];
  if (article.length > 0) {
    sections.push(
      `The article's table:\n${textTable(
        [{ title: "FIGURE" }, { title: "ARTICLE", align: "right" }, { title: "OURS", align: "right" }, { title: "" }, { title: "FORMULA" }],
        article.map(({ code, claimed, ours, unit, agrees, derivation }) => [titleOf(code), valueText(claimed, unit), valueText(ours, unit), agrees ? "agrees" : "differs", derivationText(derivation)]),
      )}`,
      article.filter(({ agrees }) => !agrees).map(originText).join("\n"),
    );
  }
  return { json: { explanation }, text: sections.filter((section) => section !== "").join("\n\n") };
}

const titleOf = (code: string): string => FIGURE_TITLES[code] ?? code;

function originText({ code, claimed, unit, likelyOrigin }: ArticleClaim): string {
  const how = likelyOrigin === null ? "how it came about is not known" : `it comes out as ${derivationText(likelyOrigin)}`;
  return `${titleOf(code)}: ${valueText(claimed, unit)} is not what the model keeps of a token over all layers; ${how}.`;
}

function valueText(value: number, unit: ExplainedFigure["unit"]): string {
  switch (unit) {
    case "parameters":
      return formatParameters(value);
    case "bytes":
      return value < 1e6 ? `${formatCount(Math.round(value))} B` : formatBytes(value);
    case "share":
      return formatPercent(value);
    case "ratio":
      return `${formatNumber(value)} ×`;
    default:
      return unit satisfies never;
  }
}

/** "L (R + P) b; L 61, R 512, P 64, b 2" */
export function derivationText({ formula, terms }: Derivation): string {
  const values = Object.entries(terms).map(([name, value]) => `${name} ${Number.isInteger(value) ? formatCount(value) : formatNumber(value)}`);
  return values.length === 0 ? formula : `${formula}; ${values.join(", ")}`;
}
