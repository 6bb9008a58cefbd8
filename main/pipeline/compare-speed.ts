import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Contestant } from "../../shared/schemas/comparison.ts";
import { type ComparedContestant, ComparedRun, type ComparisonNote, type ComparisonReport, type Measure } from "../../shared/schemas/report.ts";
import { WORKLOADS, type WorkloadName } from "../../shared/schemas/workload.ts";
import { drawOrder } from "../benchmark/draw-order.ts";
import { measureByTurns } from "../benchmark/measure-by-turns.ts";
import { LEVEL, pairDifferences, speedOf } from "../benchmark/pair-differences.ts";
import { MAX_PROMPTS_BYTES, parsePrompts } from "../benchmark/parse-prompts.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import { distribution } from "../domain/statistics.ts";
import { type ComparisonPrompts, ownPrompts, type PromptForm, workloadPrompts } from "./comparison-prompts.ts";
import type { JobContext } from "./job-context.ts";
import { MeasuredEngine, type EngineElsewhere } from "./measured-engine.ts";
import { MeasuredPackage } from "./measured-package.ts";
import { measuredModel, measuringMachine } from "./measuring-conditions.ts";
import { openTextModel, type TextModel } from "./text-model.ts";

/** A run is a hundred bytes of a report that pages read whole. */
const MAX_RUNS = 4000;
/** The journal of so many runs, with room. */
const MAX_JOURNAL_BYTES = 4 * 2 ** 20;

export type SpeedContestant = { readonly identity: Contestant } & (
  | { readonly kind: "package"; readonly package: ModelPackage; readonly threads: number }
  | ({ readonly kind: "engine" } & EngineElsewhere)
);

export interface SpeedComparison {
  readonly contestants: readonly SpeedContestant[];
  readonly workload: WorkloadName;
  /** In place of the workload's prompts. */
  readonly promptsFile: string | undefined;
  readonly answerTokens: number;
  readonly rounds: number;
  readonly seed: number;
}

/**
 * Two to four contestants under one workload, by turns. Packages stay loaded together where their weights fit into the memory that is free, and are loaded for each turn where
 * not. What whole rounds measured is kept in the job's work directory and taken up again.
 * @throws benchmark.*, runtime.*, engine.*, the signal's reason
 */
export async function compareSpeed(context: JobContext, request: SpeedComparison): Promise<ComparisonReport> {
  const { files, clock, signal, onProgress, workDirectory } = context;
  const { contestants, rounds, seed } = request;
  const startedAt = new Date(clock.now()).toISOString();
  const started = clock.ticks();
  const texts = await Promise.all(contestants.map((contestant) => (contestant.kind === "package" ? openTextModel(files, contestant.package) : null)));
  const { prompts, workload } = await promptsFor(context, request, texts.filter((text) => text !== null));
  const total = contestants.length * rounds * prompts.count;
  if (total > MAX_RUNS) throw new WorkbenchError("benchmark.tooManyRuns", { runs: total, limit: MAX_RUNS });

  const measured = contestants.map((contestant, place) => {
    const model = texts[place] ?? null;
    return contestant.kind === "engine" ? new MeasuredEngine(clock, contestant, prompts) : new MeasuredPackage(context, { model: model as TextModel, threads: contestant.threads, prompts });
  });
  const turns = Array.from({ length: rounds + 1 }, (_, round) => round).flatMap((round) => Array.from({ length: prompts.count }, (_, place) => ({ round, prompt: place + 1 })));
  for (const one of measured) if (one instanceof MeasuredPackage) for (const turn of prompts.ignoreEnd ? turns : turns.slice(0, prompts.count)) await one.requireRoom(turn);

  const residency = residencyOf(contestants, context.availableMemoryBytes());
  const journal = path.join(workDirectory, "rounds.json");
  const runs = await measureByTurns({
    contestants: measured, orders: drawOrder(contestants.length, rounds, seed), prompts: prompts.count, residency: residency.kind, earlier: await earlierRounds(context, journal), onProgress, signal,
    onRound: (stand) => files.writeWhole(journal, new TextEncoder().encode(JSON.stringify(stand))),
  });

  const compared = contestants.map((contestant, place) => comparedOf(contestant, measured[place] as MeasuredPackage | MeasuredEngine, runs[place] ?? []));
  return {
    kind: "comparison", machine: measuringMachine(), startedAt, workload, rounds, warmupRuns: 1, seed, residency, level: LEVEL, contestants: compared, differences: [...pairDifferences(compared)],
    notes: notesOf(compared, prompts), secondsTaken: (clock.ticks() - started) / 1000,
  };
}

/** Chat form, unless a package has no template; then everybody is asked in bare text, for the same words must be the same work. */
async function promptsFor({ files }: JobContext, { workload: name, promptsFile, answerTokens, seed }: SpeedComparison, models: readonly TextModel[]): Promise<{ readonly prompts: ComparisonPrompts; readonly workload: ComparisonReport["workload"] }> {
  const form: PromptForm = models.every(({ chatTemplate }) => chatTemplate !== null) ? "chat" : "text";
  if (promptsFile !== undefined) {
    const bytes = await files.readAll(promptsFile, MAX_PROMPTS_BYTES);
    const prompts = ownPrompts(parsePrompts(bytes, promptsFile), form, answerTokens);
    return { prompts, workload: { name: "prompts", file: { name: path.basename(promptsFile), sha256: createHash("sha256").update(bytes).digest("hex") }, prompts: prompts.count, promptTokens: null, answerTokens, form } };
  }
  const tokenizer = models[0]?.tokenizer;
  const prompts = workloadPrompts(name, form, seed, (text) => tokenizer?.encode(text, { addSpecialTokens: false }).length ?? text.split(" ").length * 1.33);
  const { promptTokens, answerTokens: fixed } = WORKLOADS[name];
  return { prompts, workload: { name, file: null, prompts: 1, promptTokens, answerTokens: fixed, form } };
}

/** The same package twice maps the same weights. */
function residencyOf(contestants: readonly SpeedContestant[], availableBytes: number): ComparisonReport["residency"] {
  const packages = new Map(contestants.flatMap((contestant) => (contestant.kind === "package" ? [[contestant.package.digest, measuredModel(contestant.package).weightBytes] as const] : [])));
  const neededBytes = [...packages.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { kind: packages.size < 2 || neededBytes <= availableBytes ? "kept" : "reloaded", neededBytes, availableBytes };
}

/** A journal that cannot be read is none: what it held is measured again. */
async function earlierRounds({ files }: JobContext, journal: string): Promise<readonly (readonly ComparedRun[])[]> {
  if ((await files.status(journal)) === undefined) return [];
  try {
    const parsed = ComparedRun.array().array().safeParse(JSON.parse(new TextDecoder().decode(await files.readAll(journal, MAX_JOURNAL_BYTES))));
    return parsed.data ?? [];
  } catch {
    return [];
  }
}

function comparedOf(contestant: SpeedContestant, measured: MeasuredPackage | MeasuredEngine, runs: readonly ComparedRun[]): ComparedContestant {
  const figure = (values: readonly (number | null)[]): ReturnType<typeof distribution> | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : distribution(known);
  };
  const speeds = (measure: Measure): ReturnType<typeof distribution> | null => figure(runs.map((run) => speedOf(run, measure)));
  const figures = {
    characters: speeds("characters"), total: distribution(runs.map(({ totalMs }) => totalMs)), firstToken: figure(runs.map(({ firstTokenMs }) => firstTokenMs)), decode: speeds("decode"),
    // The way to a server and its tokenizer are in its first token: what remains is no speed of prefill.
    prefill: measured instanceof MeasuredPackage ? speeds("prefill") : null,
  };
  if (measured instanceof MeasuredEngine) return { contestant: contestant.identity, engine: { name: "OpenAI HTTP API", version: null, threads: null }, countedBy: measured.countedBy, tokenizer: null, loadMs: null, privateBytes: null, peakResidentBytes: null, figures, runs: [...runs] };
  const { described } = measured;
  return {
    contestant: contestant.identity, engine: { name: described?.description.name ?? "", version: described?.description.version ?? null, threads: described?.description.threads ?? null }, countedBy: "engine", tokenizer: contestant.kind === "package" ? tokenizerOf(contestant.package) : null,
    loadMs: described?.loadMs ?? null, privateBytes: described?.privateBytes ?? null, peakResidentBytes: described?.peakResidentBytes ?? null, figures, runs: [...runs],
  };
}

function tokenizerOf({ manifest }: ModelPackage): string | null {
  return manifest.files.find((file) => file.path === PACKAGE_FILES.tokenizer)?.sha256 ?? null;
}

/** What whoever reads the figures must know. */
function notesOf(compared: readonly ComparedContestant[], { ignoreEnd, at }: ComparisonPrompts): ComparisonNote[] {
  const runs = compared.flatMap((contestant) => contestant.runs);
  const elsewhere = compared.filter(({ contestant }) => contestant.kind === "engine");
  const isShort = runs.some(({ round, prompt, generatedTokens }) => generatedTokens < at({ round, prompt }).maxTokens);
  const found: readonly [ComparisonNote, boolean][] = [
    ["tokenizersDiffer", new Set(compared.map(({ tokenizer }) => tokenizer)).size > 1 || elsewhere.length > 1],
    ["countedInPieces", compared.some(({ countedBy }) => countedBy === "pieces")],
    ["overNetwork", elsewhere.length > 0],
    ["promptsRepeated", !ignoreEnd && elsewhere.length > 0],
    ["answersDiffer", !ignoreEnd],
    ["endsEarly", ignoreEnd && isShort],
    ["nothingAnswered", runs.some(({ generatedTokens }) => generatedTokens === 0)],
  ];
  return found.flatMap(([note, holds]) => (holds ? [note] : []));
}
