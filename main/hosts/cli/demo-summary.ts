import type { Bundle } from "../../../shared/schemas/bundle.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import type { ParityReport, PerplexityReport, SpeedReport } from "../../../shared/schemas/report.ts";
import { formatBytes, formatCount, formatDuration, formatNumber, formatParameters, formatPercent, formatWithError } from "./format-units.ts";
import { fieldList, printable, textTable } from "./text-table.ts";

export interface DemoPackage {
  readonly model: Model;
  readonly weightBytes: number;
  readonly seconds: number;
  /** Against the float32 package; null for that one itself. */
  readonly quality: PerplexityReport | null;
  readonly speed: SpeedReport;
}

export interface DemoResult {
  readonly imported: Model;
  readonly packages: readonly DemoPackage[];
  readonly prompt: string;
  readonly written: string;
  readonly bundle: Bundle;
  readonly installed: string;
  readonly parity: ParityReport;
  readonly auditEntries: number;
  readonly seconds: number;
}

/** What the demo did, on one screen. */
export function demoSummary(result: DemoResult): string {
  const { imported, bundle, parity } = result;
  const against = result.packages.find((entry) => entry.quality?.against)?.quality?.against ?? null;
  const columns = ["", ...result.packages.map((entry) => entry.model.recipe ?? "")].map((title, index) => ({ title, align: index === 0 ? ("left" as const) : ("right" as const) }));
  const row = (name: string, cell: (entry: DemoPackage) => string): string[] => [name, ...result.packages.map(cell)];
  const perplexity = (entry: DemoPackage): string => {
    const found = entry.quality ?? against;
    return found === null ? "–" : formatWithError(found.perplexity, found.perplexityStandardError);
  };
  const compared = (entry: DemoPackage, cell: (found: NonNullable<PerplexityReport["against"]>) => string): string => (entry.quality?.against ? cell(entry.quality.against) : "–");
  const table = textTable(columns, [
    row("id", (entry) => entry.model.id),
    row("weights", (entry) => formatBytes(entry.weightBytes)),
    row("perplexity", perplexity),
    row("KL to f32, nats", (entry) => compared(entry, (found) => formatWithError(found.klMean.mean, found.klMean.standardError))),
    row("same top token", (entry) => compared(entry, (found) => formatPercent(found.sameTop1.mean))),
    row("prefill, tokens/s", (entry) => formatNumber(entry.speed.prefillTokensPerSecond.median)),
    row("decode, tokens/s", (entry) => formatNumber(entry.speed.decodeTokensPerSecond.median)),
    row("first token, ms", (entry) => formatNumber(entry.speed.timeToFirstTokenMs.median)),
    row("memory, private", (entry) => formatBytes(entry.speed.privateBytes)),
    row("memory, peak", (entry) => formatBytes(entry.speed.peakResidentBytes)),
  ]);
  const head = fieldList([
    ["imported", `${imported.name} (${imported.id}): ${imported.family}, ${formatParameters(imported.totalParameters)} parameters, ${formatParameters(imported.activeParameters)} active, ${formatBytes(imported.bytes)}`],
  ]);
  const tail = fieldList([
    ["it writes", `${result.prompt}${printable(result.written.replaceAll(/\s+/g, " "))}`],
    ["bundle", `${bundle.path}, ${formatBytes(bundle.bytes)}, verified`],
    ["digest", bundle.digest],
    ["installed in", result.installed],
    ["parity there", `${parity.passed ? "held" : "NOT held"}: max |Δlogit| ${formatNumber(parity.maxAbsoluteDelta)} over ${formatCount(parity.expected.positions)} positions, greedy answer ${parity.firstDivergingToken === null ? "identical" : "different"}`],
    ["audit chain", `intact, ${formatCount(result.auditEntries)} entries`],
    ["time", formatDuration(result.seconds)],
  ]);
  return `${head}\n\n${table}\n\n${tail}`;
}
