import type { Report } from "../../../shared/schemas/report.ts";
import type { Locale } from "../../texts/locale.tsx";
import { chartSvg } from "./chart-svg.ts";
import type { Compared } from "./compare-packages.ts";
import { csvCell, documentHtml, escaped } from "./export-document.ts";

const COLUMNS = [
  "model_id", "name", "recipe", "digest", "weight_bytes", "decode_tokens_per_second_median", "decode_tokens_per_second_mad", "prefill_tokens_per_second_median", "prefill_tokens_per_second_mad", "speed_runs",
  "time_to_first_token_ms_median", "peak_resident_bytes", "perplexity", "perplexity_standard_error", "kl_nats_mean", "kl_nats_standard_error", "loss_windows", "same_top_token_share", "against", "cpu", "cores", "engine", "threads", "measured_at",
] as const;

/** One line a package, figures as they were measured; names are made harmless for a spreadsheet. */
export function comparisonCsv(rows: readonly Compared[]): string {
  const lines = rows.map(({ modelId, model, speed, loss }) => {
    const machine = (speed ?? loss)?.conditions;
    const values: Readonly<Record<(typeof COLUMNS)[number], string | number | null | undefined>> = {
      model_id: modelId, name: model.name, recipe: model.recipe, digest: model.digest, weight_bytes: model.weightBytes,
      decode_tokens_per_second_median: speed?.decodeTokensPerSecond.median, decode_tokens_per_second_mad: speed?.decodeTokensPerSecond.medianAbsoluteDeviation,
      prefill_tokens_per_second_median: speed?.prefillTokensPerSecond.median, prefill_tokens_per_second_mad: speed?.prefillTokensPerSecond.medianAbsoluteDeviation, speed_runs: speed?.workload.runs,
      time_to_first_token_ms_median: speed?.timeToFirstTokenMs.median, peak_resident_bytes: speed?.peakResidentBytes, perplexity: loss?.perplexity, perplexity_standard_error: loss?.perplexityStandardError,
      kl_nats_mean: loss?.against?.klMean.mean, kl_nats_standard_error: loss?.against?.klMean.standardError, loss_windows: loss?.text.windows, same_top_token_share: loss?.against?.sameTop1.mean, against: loss?.against?.model.id,
      cpu: machine?.machine.cpu, cores: machine?.machine.cores, engine: machine === undefined ? null : `${machine.engine.name} ${machine.engine.version}`, threads: machine?.engine.threads, measured_at: machine?.startedAt,
    };
    return COLUMNS.map((column) => csvCell(values[column]));
  });
  return `${[COLUMNS.join(","), ...lines.map((cells) => cells.join(","))].join("\r\n")}\r\n`;
}

export function reportsJson(reports: readonly Report[]): string {
  return `${JSON.stringify({ formatVersion: 1, reports }, null, 2)}\n`;
}

/** One file that opens anywhere and runs nothing: a table, each figure with its n and its spread, and the conditions below. */
export function comparisonHtml(rows: readonly Compared[], { texts, format, language, direction }: Pick<Locale, "texts" | "format" | "language" | "direction">, madeAt: string): string {
  const { reports: say } = texts;
  const head = [say.model, say.recipe, say.weights, say.decode, say.prefill, say.firstToken, say.memory, say.perplexity, say.kl, say.sameTop];
  const cell = (text: string, note = ""): string => `<td><bdi>${escaped(text)}</bdi>${note === "" ? "" : `<small><bdi>${escaped(note)}</bdi></small>`}</td>`;
  const body = rows.map(({ model, speed, loss }) => {
    const runs = speed === null ? "" : say.spread(format.count(speed.workload.runs));
    const windows = loss === null ? "" : say.spread(format.count(loss.text.windows));
    const spread = (figure: { readonly median: number; readonly medianAbsoluteDeviation: number } | undefined): string => (figure === undefined ? format.number(null) : format.withError(figure.median, figure.medianAbsoluteDeviation));
    const against = loss?.against ?? null;
    return `<tr><th scope="row"><bdi>${escaped(model.name)}</bdi><small><bdi>${escaped(model.digest)}</bdi></small></th>${[
      cell(model.recipe), cell(format.bytes(model.weightBytes)), cell(spread(speed?.decodeTokensPerSecond), runs), cell(spread(speed?.prefillTokensPerSecond), runs), cell(format.milliseconds(speed?.timeToFirstTokenMs.median ?? null), runs),
      cell(format.bytes(speed?.peakResidentBytes ?? null)), cell(loss === null ? format.number(null) : format.withError(loss.perplexity, loss.perplexityStandardError), windows),
      cell(against === null ? format.number(null) : format.withError(against.klMean.mean, against.klMean.standardError), windows), cell(against === null ? format.number(null) : `${format.withError(against.sameTop1.mean * 100, against.sameTop1.standardError * 100)} %`, windows),
    ].join("")}</tr>`;
  });
  const conditions = rows.flatMap(({ model, speed, loss }) => {
    const measured = (speed ?? loss)?.conditions;
    if (measured === undefined) return [];
    const { machine, engine, startedAt } = measured;
    const parts = [
      say.machineOf(machine.cpu, format.count(machine.cores), format.bytes(machine.memoryBytes)), say.engineOf(engine.name, engine.version, format.count(engine.threads)),
      ...(speed === null ? [] : [say.workloadOf(format.count(speed.workload.promptTokens), format.count(speed.workload.generateTokens), format.count(speed.workload.runs), format.count(speed.workload.warmupRuns))]),
      ...(loss === null ? [] : [`${loss.text.file} ${loss.text.sha256}: ${say.textOf(format.count(loss.text.windows), format.count(loss.text.windowTokens), format.count(loss.text.predictions))}`]), format.time(startedAt),
    ];
    return [`<dt><bdi>${escaped(model.name)}</bdi></dt><dd>${parts.map((part) => `<bdi>${escaped(part)}</bdi>`).join("; ")}</dd>`];
  });
  return documentHtml(say.exportTitle, { language, direction }, `<p>${escaped(say.exportMade(format.time(madeAt)))} ${escaped(say.madHint)} ${escaped(say.seHint)}</p>
<table><thead><tr>${head.map((title) => `<th scope="col">${escaped(title)}</th>`).join("")}</tr></thead><tbody>${body.join("")}</tbody></table>${chartSvg(rows, { texts, format })}
<h2>${escaped(say.conditions)}</h2><dl>${conditions.join("")}</dl>`);
}
