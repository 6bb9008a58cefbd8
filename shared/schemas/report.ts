import { z } from "zod";

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

export const ReportBody = z.discriminatedUnion("kind", [SpeedReport, PerplexityReport, ParityReport, AnswersReport]);
export const Report = z.strictObject({ id: z.string(), modelId: z.string(), createdAt: z.iso.datetime(), body: ReportBody });
export type ReportBody = z.infer<typeof ReportBody>;
export type Report = z.infer<typeof Report>;
