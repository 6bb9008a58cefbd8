import { contestantNames, verdictsOf } from "../../../shared/comparison-verdict.ts";
import type { ComparisonReport, Distribution, Report } from "../../../shared/schemas/report.ts";
import { sayingText } from "../../comparison-words.ts";
import type { Locale } from "../../texts/locale.tsx";
import { csvCell, documentHtml, escaped } from "./export-document.ts";

const COLUMNS = ["contestant", "kind", "model", "digest_or_url", "round", "prompt", "first_token_ms", "total_ms", "prompt_tokens", "generated_tokens", "characters", "tokens_counted_by"] as const;

/** One line a run: whoever doubts the verdict can work it out again. */
export function comparedCsv({ contestants }: ComparisonReport): string {
  const names = contestantNames(contestants);
  const lines = contestants.flatMap(({ contestant, countedBy, runs }, place) => runs.map((run) => [
    names[place] ?? "", contestant.kind, contestant.kind === "package" ? contestant.id : contestant.model, contestant.kind === "package" ? contestant.digest : contestant.url,
    run.round, run.prompt, run.firstTokenMs, run.totalMs, run.promptTokens, run.generatedTokens, run.characters, countedBy,
  ].map(csvCell).join(",")));
  return `${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

/** One file that opens anywhere and runs nothing: the verdict, the figures with n and spread, the conditions. */
export function comparedHtml({ id, createdAt }: Report, body: ComparisonReport, locale: Pick<Locale, "texts" | "wizards" | "format" | "language" | "direction">): string {
  const { texts, wizards: { benchmark: words }, format } = locale;
  const names = contestantNames(body.contestants);
  const isolatedNames = names.map((name) => `\u2068${name}\u2069`);
  const spread = (figure: Distribution | null): string => (figure === null ? "–" : format.withError(figure.median, figure.medianAbsoluteDeviation));
  const verdict = verdictsOf(body).map(({ measure, sayings }) => `<h2>${escaped(words.measures[measure])}</h2>${sayings.map((saying) => `<p>${escaped(sayingText(saying, isolatedNames, locale))}</p>`).join("")}`);
  const head = [words.contestant, words.measures.decode, words.measures.characters, words.measures.prefill, `${words.measures.firstToken}, ${texts.units.milliseconds}`, `${words.measures.total}, ${texts.units.milliseconds}`, words.memory, words.counted, "n"];
  const rows = body.contestants.map(({ contestant, figures, peakResidentBytes, countedBy, runs }, place) => `<tr><th scope="row"><bdi>${escaped(names[place] ?? "")}</bdi><small><bdi>${escaped(contestant.kind === "package" ? contestant.digest : `${contestant.model}, ${contestant.url}`)}</bdi></small></th>${
    [spread(figures.decode), spread(figures.characters), spread(figures.prefill), spread(figures.firstToken), spread(figures.total), format.bytes(peakResidentBytes), words.countedBy[countedBy], format.count(runs.length)].map((cell) => `<td><bdi>${escaped(cell)}</bdi></td>`).join("")}</tr>`);
  const { workload, machine, rounds, warmupRuns, seed, residency, contestants } = body;
  const asked = workload.file === null ? words.workloadOf(format.count(workload.promptTokens), format.count(workload.answerTokens)) : `${workload.file.name} ${workload.file.sha256}: ${words.promptsFound(format.count(workload.prompts))}`;
  const conditions: readonly (readonly [string, string])[] = [
    [words.workload, `${words.workloads[workload.name === "prompts" ? "own" : workload.name]}: ${asked} ${words.forms[workload.form]}`],
    [words.rounds, `${format.count(rounds)}; ${words.roundsOf(format.count(warmupRuns), String(seed))}`],
    [words.memoryNeeded, `${format.bytes(residency.neededBytes)}; ${residency.kind === "kept" ? words.memoryKept(format.bytes(residency.availableBytes)) : words.memoryReloaded(format.bytes(residency.availableBytes))}`],
    [texts.reports.engine, contestants.flatMap(({ engine: { name, version, threads } }) => (threads === null ? [] : texts.reports.engineOf(name, version ?? "", format.count(threads)))).join("; ")],
    [texts.reports.machine, texts.reports.machineOf(machine.cpu, format.count(machine.cores), format.bytes(machine.memoryBytes))],
  ];
  return documentHtml(`${texts.reports.kinds.comparison}: ${names.join(" · ")}`, locale, `<p><bdi>${escaped(id)}</bdi> ${escaped(texts.reports.exportMade(format.time(createdAt)))}</p>${verdict.join("")}
<table><thead><tr>${head.map((title) => `<th scope="col">${escaped(title)}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>
${body.notes.map((note) => `<p>${escaped(words.notes[note])}</p>`).join("")}<p>${escaped(words.method(format.percent(body.level)))}</p>
<h2>${escaped(texts.reports.conditions)}</h2><dl>${conditions.map(([name, value]) => `<dt>${escaped(name)}</dt><dd><bdi>${escaped(value)}</bdi></dd>`).join("")}</dl>`);
}
