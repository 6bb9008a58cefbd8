import { Report } from "../../../shared/schemas/report.ts";

/** What somebody could call a model to run something in whoever opens an export. */
export const HOSTILE = '=HYPERLINK("http://x"),<img src=x onerror="document.title=1">';

const machine = { cpu: "AMD EPYC", cores: 2, memoryBytes: 2 ** 34, platform: "linux x64", node: "24.1.0" };
const engine = { name: "onnxruntime", version: "1.30.0", threads: 2 };
const createdAt = "2026-03-01T14:05:00.000Z";
const middle = (median: number) => ({ n: 5, median, medianAbsoluteDeviation: median / 50, minimum: median * 0.9, maximum: median * 1.1 });
const modelOf = (recipe: string, weightBytes: number, name = `sample-${recipe}`) => ({ id: `pkg-${recipe}`, name, digest: `sha256:${recipe}`, recipe, weightBytes });

const F32 = modelOf("f32", 32_000_000);
const INT4 = modelOf("int4", 5_000_000);
const MIXED = modelOf("mixed", 6_400_000, HOSTILE);

function speed(model: typeof F32, tokensPerSecond: number): Report {
  return Report.parse({
    id: `speed-${model.recipe}`, modelId: model.id, createdAt,
    body: {
      kind: "speed", conditions: { model, engine, machine, startedAt: createdAt }, workload: { promptTokens: 32, generateTokens: 16, runs: 5, warmupRuns: 1 }, loadMs: 80, timeToFirstTokenMs: middle(9),
      prefillTokensPerSecond: middle(tokensPerSecond * 8), decodeTokensPerSecond: middle(tokensPerSecond), interTokenMs: { n: 75, p50: 2, p95: 3, p99: 4 }, privateBytes: null, peakResidentBytes: model.weightBytes + 120_000_000,
    },
  });
}

function loss(model: typeof F32, kl: number): Report {
  const estimate = (mean: number) => ({ n: 20, mean, standardError: Math.abs(mean) / 20 });
  return Report.parse({
    id: `loss-${model.recipe}`, modelId: model.id, createdAt,
    body: {
      kind: "perplexity", conditions: { model, engine, machine, startedAt: createdAt }, text: { file: "eval.txt", sha256: "ab".repeat(32), tokens: 5120, windowTokens: 256, windows: 20, predictions: 5100 }, nllNats: estimate(1.8), perplexity: 6.05, perplexityStandardError: 0.8,
      against: { model: F32, nllNats: estimate(1.75), perplexity: 5.8, perplexityStandardError: 0.8, klMean: estimate(kl), klMedian: kl / 2, klP999: kl * 9, deltaProbabilityMean: estimate(-0.002), deltaProbabilityRms: 0.05, sameTop1: { n: 20, mean: 0.9, standardError: 0.01 }, nllDifference: estimate(0.05) },
      secondsTaken: 14,
    },
  });
}

/** Three packages of one checkpoint, newest first: two with a loss, told against the third. */
export const PACKAGE_REPORTS: readonly Report[] = [loss(MIXED, 0.031), loss(INT4, 0.055), speed(MIXED, 529), speed(INT4, 512), speed(F32, 427)];

const runs = [1, 2].flatMap((round) => [1, 2].map((prompt) => ({ round, prompt, firstTokenMs: round === 2 && prompt === 2 ? null : 8.5 + round, totalMs: 120.25 + prompt, promptTokens: prompt === 1 ? 9 : null, generatedTokens: 16, characters: 61 })));
const figures = { characters: middle(480), total: middle(121), firstToken: middle(10), decode: middle(140), prefill: null };

/** A package and an engine elsewhere, two rounds of two prompts of somebody's own. */
export const COMPARISON: Report = Report.parse({
  id: "report-compared", modelId: "pkg-mixed", createdAt,
  body: {
    kind: "comparison", machine, startedAt: createdAt, workload: { name: "prompts", file: { name: "own.jsonl", sha256: "cd".repeat(32) }, prompts: 2, promptTokens: null, answerTokens: 16, form: "chat" }, rounds: 2, warmupRuns: 1, seed: 1,
    residency: { kind: "kept", neededBytes: 6_400_000, availableBytes: 2 ** 33 }, level: 0.95,
    contestants: [
      { contestant: { kind: "package", name: HOSTILE, id: MIXED.id, digest: MIXED.digest, recipe: MIXED.recipe }, engine, countedBy: "engine", tokenizer: "t", loadMs: 80, privateBytes: null, peakResidentBytes: 126_400_000, figures, runs },
      { contestant: { kind: "engine", name: "parrot", url: "http://127.0.0.1:8080/v1", model: "parrot" }, engine: { name: "parrot", version: null, threads: null }, countedBy: "pieces", tokenizer: null, loadMs: null, privateBytes: null, peakResidentBytes: null, figures, runs },
    ],
    differences: [{ measure: "characters", first: 0, second: 1, ratio: 0.5, low: 0.4, high: 0.6, n: 2 }, { measure: "total", first: 0, second: 1, ratio: 1.1, low: 0.9, high: 1.3, n: 2 }],
    notes: ["tokenizersDiffer", "countedInPieces"], secondsTaken: 3,
  },
});
