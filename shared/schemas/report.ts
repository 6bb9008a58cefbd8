import { z } from "zod";
import { Contestant } from "./comparison.ts";
import { TokenCount } from "./generation.ts";
import { WorkloadName } from "./workload.ts";

/** A measured figure is never bare: how often, where the middle lies, how far it spreads. */
export const Distribution = z.strictObject({
  n: z.int().positive(),
  median: z.number(),
  /** Median absolute deviation from the median. */
  medianAbsoluteDeviation: z.number(),
  minimum: z.number(),
  maximum: z.number(),
});
export type Distribution = z.infer<typeof Distribution>;

export const Percentiles = z.strictObject({ n: z.int().positive(), p50: z.number(), p95: z.number(), p99: z.number() });
export type Percentiles = z.infer<typeof Percentiles>;

/** A mean with its standard error; `n` independent parts (windows) gave it. */
export const Estimate = z.strictObject({ n: z.int().positive(), mean: z.number(), standardError: z.number() });
export type Estimate = z.infer<typeof Estimate>;

/** On what a figure was measured. */
export const Conditions = z.strictObject({
  model: z.strictObject({ id: z.string(), name: z.string(), digest: z.string(), recipe: z.string(), weightBytes: z.number() }),
  engine: z.strictObject({ name: z.string(), version: z.string(), threads: z.int() }),
  machine: z.strictObject({ cpu: z.string(), cores: z.int(), memoryBytes: z.number(), platform: z.string(), node: z.string() }),
  startedAt: z.iso.datetime(),
});
export type Conditions = z.infer<typeof Conditions>;

export const SpeedReport = z.strictObject({
  kind: z.literal("speed"),
  conditions: Conditions,
  workload: z.strictObject({ promptTokens: z.int(), generateTokens: z.int(), runs: z.int(), warmupRuns: z.int() }),
  loadMs: z.number(),
  /** From handing over the prompt to the first token, tokenisation excluded. */
  timeToFirstTokenMs: Distribution,
  prefillTokensPerSecond: Distribution,
  /** (generated − 1) / time after the first token. */
  decodeTokensPerSecond: Distribution,
  /** Gaps between tokens, pooled over all runs. */
  interTokenMs: Percentiles,
  /** Memory of the engine process: what it alone holds, and its peak including mapped weights. null where the system does not tell. */
  privateBytes: z.number().nullable(),
  peakResidentBytes: z.number().nullable(),
});
export type SpeedReport = z.infer<typeof SpeedReport>;

export const PerplexityReport = z.strictObject({
  kind: z.literal("perplexity"),
  conditions: Conditions,
  text: z.strictObject({ file: z.string(), sha256: z.string(), tokens: z.int(), windowTokens: z.int(), windows: z.int(), predictions: z.int() }),
  /** Mean negative log-likelihood in nats per predicted token; the error is taken over windows, which are independent, not tokens. */
  nllNats: Estimate,
  perplexity: z.number(),
  perplexityStandardError: z.number(),
  against: z.strictObject({
    model: Conditions.shape.model,
    nllNats: Estimate,
    perplexity: z.number(),
    perplexityStandardError: z.number(),
    /** KL(against ‖ model) in nats per token. */
    klMean: Estimate,
    klMedian: z.number(),
    klP999: z.number(),
    /** p_model(true token) − p_against(true token). */
    deltaProbabilityMean: Estimate,
    deltaProbabilityRms: z.number(),
    /** Share of positions with the same most likely token. */
    sameTop1: Estimate,
    /** nll(model) − nll(against), paired by window. */
    nllDifference: Estimate,
  }).nullable(),
  secondsTaken: z.number(),
});
export type PerplexityReport = z.infer<typeof PerplexityReport>;

export const ParityReport = z.strictObject({
  kind: z.literal("parity"),
  conditions: Conditions,
  /** What was compared with: the package's own record or a file from elsewhere. */
  expected: z.strictObject({ source: z.string(), sha256: z.string(), positions: z.int(), vocabSize: z.int(), greedyTokens: z.int() }),
  chunkTokens: z.int().nullable(),
  maxAbsoluteDelta: z.number(),
  meanAbsoluteDelta: z.number(),
  /** KL(expected ‖ found), nats. */
  klMean: z.number(),
  klMax: z.number(),
  top1Agreement: z.number(),
  /** Index in the greedy continuation; null: identical. */
  firstDivergingToken: z.int().nullable(),
  toleranceAbsolute: z.number(),
  passed: z.boolean(),
  /**
   * How the rotary frequencies were rounded for this comparison. "float32" is how the model runs. "bfloat16" appears only against a file from
   * elsewhere that was made by a model cast with `.to(bfloat16)`, which rounds them too; then `exact` says how far apart exact ones are.
   */
  ropeFrequencies: z.enum(["float32", "bfloat16"]),
  exact: z.strictObject({ maxAbsoluteDelta: z.number(), klMean: z.number(), firstDivergingToken: z.int().nullable() }).nullable(),
});
export type ParityReport = z.infer<typeof ParityReport>;

/** One prompt, answered by both. */
export const AnswerPair = z.strictObject({
  prompt: z.string(),
  /** Of the model that is compared with, and of the model. */
  expected: z.string(),
  found: z.string(),
  /** Both begin alike for so many characters (UTF-16 units). */
  sharedCharacters: z.int().nonnegative(),
  /** Place of the first token that differs; null: none does. */
  firstDifferentToken: z.int().nonnegative().nullable(),
});
export type AnswerPair = z.infer<typeof AnswerPair>;

export const AnswersReport = z.strictObject({
  kind: z.literal("answers"),
  conditions: Conditions,
  against: Conditions.shape.model,
  prompts: z.strictObject({
    file: z.string(), sha256: z.string(),
    /** passages: beginnings of equal parts of a text; lines: one a line, in the model's chat form where it has one. */
    cut: z.enum(["passages", "lines"]),
    count: z.int().positive(), promptTokens: z.int().positive(), generateTokens: z.int().positive(),
  }),
  /** Share of the answers that are not the same to the last token. */
  changed: Estimate,
  /** Tokens alike before the first that differs; the whole answer where none does. */
  sharedTokens: Distribution,
  pairs: z.array(AnswerPair),
  secondsTaken: z.number(),
});
export type AnswersReport = z.infer<typeof AnswersReport>;

/**
 * In what two contestants are compared. Tokens a second (decode, prefill) only where both have the same tokenizer, for a token of one is not a token of the other; characters
 * a second only where they have not, for with equal tokens they tell of the words that were chosen and not of speed.
 */
export const MEASURES = ["decode", "characters", "prefill", "firstToken", "total"] as const;
export const Measure = z.enum(MEASURES);
export type Measure = z.infer<typeof Measure>;

/** One prompt, asked once. Times are of this side's clock for an engine elsewhere, of the engine's own for a package. */
export const ComparedRun = z.strictObject({
  round: z.int().positive(),
  prompt: z.int().positive(),
  /** null: nothing was answered. */
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  promptTokens: z.int().nullable(),
  generatedTokens: z.int(),
  characters: z.int(),
});
export type ComparedRun = z.infer<typeof ComparedRun>;

export const ComparedContestant = z.strictObject({
  contestant: Contestant,
  engine: z.strictObject({ name: z.string(), version: z.string().nullable(), threads: z.int().nullable() }),
  countedBy: TokenCount,
  /** Of the tokenizer's file; null for an engine elsewhere. */
  tokenizer: z.string().nullable(),
  loadMs: z.number().nullable(),
  privateBytes: z.number().nullable(),
  peakResidentBytes: z.number().nullable(),
  /** Over all runs; null where it was not there to be measured. */
  figures: z.strictObject({ characters: Distribution.nullable(), total: Distribution, firstToken: Distribution.nullable(), decode: Distribution.nullable(), prefill: Distribution.nullable() }),
  runs: z.array(ComparedRun),
});
export type ComparedContestant = z.infer<typeof ComparedContestant>;

export const ComparisonNote = z.enum(["tokenizersDiffer", "countedInPieces", "overNetwork", "promptsRepeated", "answersDiffer", "nothingAnswered", "endsEarly"]);
export type ComparisonNote = z.infer<typeof ComparisonNote>;

export const PairedDifference = z.strictObject({
  measure: Measure,
  /** Places among the contestants, from 0. */
  first: z.int().nonnegative(),
  second: z.int().nonnegative(),
  /** How many times as fast the first is, and between which bounds: of the means of the rounds' log ratios, by Student's t. null: too few rounds. */
  ratio: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Rounds in which both were measured. */
  n: z.int().nonnegative(),
});
export type PairedDifference = z.infer<typeof PairedDifference>;

export const ComparisonReport = z.strictObject({
  kind: z.literal("comparison"),
  machine: Conditions.shape.machine,
  startedAt: z.iso.datetime(),
  workload: z.strictObject({
    name: z.union([WorkloadName, z.literal("prompts")]),
    /** Of the person's own prompts; null for a workload's. */
    file: z.strictObject({ name: z.string(), sha256: z.string() }).nullable(),
    prompts: z.int().positive(), promptTokens: z.int().nullable(), answerTokens: z.int().positive(),
    /** chat: as messages, each contestant with its own template; text: bare, because a package has none. */
    form: z.enum(["chat", "text"]),
  }),
  rounds: z.int().positive(), warmupRuns: z.int().nonnegative(), seed: z.int(),
  /** kept: all packages in memory throughout; reloaded: for each turn, because they do not fit beside each other. */
  residency: z.strictObject({ kind: z.enum(["kept", "reloaded"]), neededBytes: z.number(), availableBytes: z.number() }),
  /** All intervals of one measure hold together with this probability (Bonferroni). */
  level: z.number(),
  contestants: z.array(ComparedContestant).min(2),
  differences: z.array(PairedDifference),
  notes: z.array(ComparisonNote),
  secondsTaken: z.number(),
});
export type ComparisonReport = z.infer<typeof ComparisonReport>;

export const ReportBody = z.discriminatedUnion("kind", [SpeedReport, PerplexityReport, ParityReport, AnswersReport, ComparisonReport]);
export const Report = z.strictObject({ id: z.string(), modelId: z.string(), createdAt: z.iso.datetime(), body: ReportBody });
export type ReportBody = z.infer<typeof ReportBody>;
export type Report = z.infer<typeof Report>;

/** A report on one model; a comparison is about several, and about machines elsewhere. */
export type ModelReport = Omit<Report, "body"> & { readonly body: Exclude<ReportBody, ComparisonReport> };

export function isModelReport(report: Report): report is ModelReport {
  return report.body.kind !== "comparison";
}

/** Which model a report is about, as a list names it; of a comparison, all. */
export function reportSubject(body: ReportBody): { readonly names: readonly string[]; readonly recipes: readonly string[] } {
  if (body.kind !== "comparison") return { names: [body.conditions.model.name], recipes: [body.conditions.model.recipe] };
  return { names: body.contestants.map(({ contestant }) => contestant.name), recipes: body.contestants.map(({ contestant }) => (contestant.kind === "package" ? contestant.recipe : contestant.model)) };
}
