import { contestantNames, type Saying, verdictsOf } from "../../../shared/comparison-verdict.ts";
import type { ComparisonNote, ComparisonReport, Distribution, Measure } from "../../../shared/schemas/report.ts";
import { formatBytes, formatCount, formatDuration, formatNumber } from "./format-units.ts";
import { fieldList, printable, textTable } from "./text-table.ts";

const MEASURE_WORDS: Readonly<Record<Measure, { readonly title: string; readonly than: string }>> = {
  characters: { title: "characters/s", than: "as many characters a second as" }, total: { title: "whole answer", than: "as fast to the end of the answer as" }, firstToken: { title: "first token", than: "as fast to the first token as" },
  decode: { title: "decode", than: "as fast in decode as" }, prefill: { title: "prefill", than: "as fast in prefill as" },
};

const NOTE_WORDS: Readonly<Record<ComparisonNote, string>> = {
  tokenizersDiffer: "Tokenizers differ or are not known: a token of one is not a token of the other, so they are compared by characters and whole answers.",
  countedInPieces: "A server did not say how many tokens it made; its pieces were counted, and one may hold several.",
  overNetwork: "Times of engines elsewhere include the way to them, their queue and their tokenizer.",
  promptsRepeated: "The prompts are the same in every round: an engine elsewhere may have kept their beginnings, and its first token comes sooner than the first time.",
  answersDiffer: "Answers end where they end: whoever says more takes longer. Tokens or characters a second allow for that, whole answers do not.",
  endsEarly: "An answer ended before its length, because the engine does not go on behind the end of a text: whole answers are not equal work.",
  nothingAnswered: "Some prompts got no answer; those runs are left out of the differences.",
};

/** The verdict in words, then the figures. */
export function comparisonText(body: ComparisonReport): string {
  const names = contestantNames(body.contestants).map(printable);
  const words = verdictsOf(body).flatMap(({ measure, sayings }) => sayings.map((saying) => `${MEASURE_WORDS[measure].title}: ${say(saying, names, measure)}`));
  return [words.join("\n"), figureTable(body, names), fieldList(conditionsOf(body)), ...body.notes.map((note) => NOTE_WORDS[note])].join("\n\n");
}

/** The first thing that is said: of decode, or of characters where tokens cannot be compared. */
export function comparisonHeadline(body: ComparisonReport): string {
  const [verdict] = verdictsOf(body);
  const saying = verdict?.sayings[0];
  return verdict === undefined || saying === undefined ? "" : say(saying, contestantNames(body.contestants).map(printable), verdict.measure);
}

function say(saying: Saying, names: readonly string[], measure: Measure): string {
  const [leader = "", other = ""] = [names[saying.leader], names[saying.other]];
  switch (saying.kind) {
    case "faster":
      return `${leader} is ${formatNumber(saying.ratio)} (${formatNumber(saying.low)} to ${formatNumber(saying.high)}) times ${MEASURE_WORDS[measure].than} ${other}.`;
    case "same":
      return `no difference shown between ${leader} and ${other} (${formatNumber(saying.low)} to ${formatNumber(saying.high)} times).`;
    case "unknown":
      return `too few rounds to tell ${leader} and ${other} apart.`;
    default:
      return saying satisfies never;
  }
}

function figureTable({ contestants }: ComparisonReport, names: readonly string[]): string {
  const spread = (figure: Distribution | null): string => (figure === null ? "–" : `${formatNumber(figure.median)} ± ${formatNumber(figure.medianAbsoluteDeviation)}`);
  return textTable(
    [{ title: "CONTESTANT" }, { title: "CHARS/S" }, { title: "ANSWER ms" }, { title: "FIRST ms" }, { title: "DECODE tok/s" }, { title: "PREFILL tok/s" }, { title: "MEMORY" }, { title: "COUNTED BY" }, { title: "N" }],
    contestants.map(({ figures, runs, peakResidentBytes, countedBy }, place) => [
      names[place] ?? "", spread(figures.characters), spread(figures.total), spread(figures.firstToken), spread(figures.decode), spread(figures.prefill), formatBytes(peakResidentBytes), countedBy, formatCount(runs.length),
    ]),
  );
}

function conditionsOf({ workload, rounds, warmupRuns, seed, residency, level, machine, contestants, secondsTaken }: ComparisonReport): (readonly [string, string])[] {
  const asked = workload.file === null ? `${workload.name}: about ${formatCount(workload.promptTokens ?? 0)} tokens in, ${formatCount(workload.answerTokens)} out` : `${workload.file.name}, ${formatCount(workload.prompts)} prompts, answers up to ${formatCount(workload.answerTokens)} tokens`;
  const threads = contestants.flatMap(({ engine }, place) => (engine.threads === null ? [] : `${place + 1}: ${engine.name} ${engine.version ?? ""}, ${engine.threads} ${engine.threads === 1 ? "thread" : "threads"}`));
  return [
    ["workload", `${printable(asked)}; asked ${workload.form === "chat" ? "as messages" : "in bare text"}`],
    ["rounds", `${rounds} after ${warmupRuns} to warm up, order by lot and then reversed (seed ${seed}); median ± median absolute deviation`],
    ["intervals", `of the rounds' paired log ratios, Student's t; those of one measure hold together at ${Math.round(level * 100)} %`],
    ["memory", residency.kind === "kept" ? `all packages stayed loaded: ${formatBytes(residency.neededBytes)} of weights, ${formatBytes(residency.availableBytes)} free` : `loaded for each turn: ${formatBytes(residency.neededBytes)} of weights do not fit beside each other in ${formatBytes(residency.availableBytes)}`],
    ...(threads.length === 0 ? [] : [["engines", threads.join("; ")] as const]),
    ["machine", `${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}, ${machine.platform}`],
    ["time", formatDuration(secondsTaken)],
  ];
}
