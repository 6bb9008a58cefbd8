import { WorkbenchError } from "../../shared/errors.ts";
import type { PerplexityReport } from "../../shared/schemas/report.ts";
import type { Engine } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { estimate, quantile } from "../domain/statistics.ts";
import { compareLogits, logProbability } from "./compare-logits.ts";
import { LogitsFile } from "./logits-file.ts";

export interface PerplexityMeasurement {
  /** Loaded, and so is `against`. */
  readonly engine: Engine;
  readonly against: Engine | null;
  readonly names: { readonly model: string; readonly against: string };
  readonly tokenIds: readonly number[];
  readonly textFile: string;
  readonly windowTokens: number;
  /** Windows scored from the start; undefined: all. */
  readonly maxWindows: number | undefined;
  readonly files: Files;
  /** Where the engines may write logits; `${scratchFile}.against` too. */
  readonly scratchFile: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

type Scores = Pick<PerplexityReport, "nllNats" | "perplexity" | "perplexityStandardError">;

export type PerplexityResult = Scores & {
  readonly windows: number;
  readonly predictions: number;
  readonly against: (Scores & Omit<NonNullable<PerplexityReport["against"]>, "model" | keyof Scores>) | null;
};

/**
 * Perplexity of a text, and against another model what it lost.
 *
 * Protocol: consecutive windows of `windowTokens`, each scored on its own behind an empty cache, its first token unscored; a last, shorter
 * window is dropped. Both engines take each window in turn, so that neither's logits are kept. Windows are the independent parts: errors are
 * taken over their means, not over tokens.
 * @throws evaluate.textTooShort, evaluate.vocabularyDiffers
 */
export async function measurePerplexity(measurement: PerplexityMeasurement): Promise<PerplexityResult> {
  const { engine, against, names, tokenIds, textFile, windowTokens, maxWindows, onProgress, signal } = measurement;
  const windows = Math.min(Math.floor(tokenIds.length / windowTokens), maxWindows ?? Number.POSITIVE_INFINITY);
  if (windows < 1) throw new WorkbenchError("evaluate.textTooShort", { file: textFile, tokens: tokenIds.length, neededTokens: windowTokens });
  if (against !== null && against.describe().vocabSize !== engine.describe().vocabSize) throw new WorkbenchError("evaluate.vocabularyDiffers", { model: names.model, against: names.against });
  const scored: WindowScores[] = [];
  for (let window = 0; window < windows; window++) {
    signal.throwIfAborted();
    scored.push(await scoreWindow(measurement, tokenIds.slice(window * windowTokens, (window + 1) * windowTokens)));
    onProgress({ step: "perplexity", done: (window + 1) * windowTokens, total: windows * windowTokens, unit: "tokens" });
  }
  return { windows, predictions: windows * (windowTokens - 1), ...scores(scored.map((window) => mean(window.nll))), against: against === null ? null : differences(scored) };
}

/** Per predicted token of one window. */
interface WindowScores {
  readonly nll: number[];
  readonly againstNll: number[];
  readonly kl: number[];
  readonly deltaProbability: number[];
  readonly sameTop1: number[];
}

async function scoreWindow({ engine, against, files, scratchFile, signal }: PerplexityMeasurement, ids: readonly number[]): Promise<WindowScores> {
  const scores: WindowScores = { nll: [], againstNll: [], kl: [], deltaProbability: [], sameTop1: [] };
  const { vocabSize } = engine.describe();
  const againstFile = `${scratchFile}.against`;
  try {
    await engine.logits(ids, scratchFile, { chunkTokens: null }, signal);
    await against?.logits(ids, againstFile, { chunkTokens: null }, signal);
    const found = await LogitsFile.open(files, scratchFile, vocabSize);
    const expected = against === null ? null : await LogitsFile.open(files, againstFile, vocabSize);
    try {
      for (let position = 0; position < ids.length - 1; position++) {
        const truth = ids[position + 1] as number;
        const foundRow = await found.row(position);
        const logProbabilityFound = logProbability(foundRow, truth);
        scores.nll.push(-logProbabilityFound);
        if (expected === null) continue;
        const expectedRow = await expected.row(position);
        const logProbabilityExpected = logProbability(expectedRow, truth);
        const { kl, sameTop1 } = compareLogits(expectedRow, foundRow);
        scores.againstNll.push(-logProbabilityExpected);
        scores.kl.push(kl);
        scores.deltaProbability.push(Math.exp(logProbabilityFound) - Math.exp(logProbabilityExpected));
        scores.sameTop1.push(sameTop1 ? 1 : 0);
      }
    } finally {
      await found.close();
      await expected?.close();
    }
  } finally {
    await files.remove(scratchFile);
    await files.remove(againstFile);
  }
  return scores;
}

/** @param windowMeans mean nll of each window, all of one length */
function scores(windowMeans: readonly number[]): Scores {
  const nllNats = estimate(windowMeans);
  const perplexity = Math.exp(nllNats.mean);
  // Delta method: d exp(x) = exp(x) dx.
  return { nllNats, perplexity, perplexityStandardError: perplexity * nllNats.standardError };
}

function differences(windows: readonly WindowScores[]): NonNullable<PerplexityResult["against"]> {
  const overWindows = (of: (window: WindowScores) => readonly number[]) => estimate(windows.map((window) => mean(of(window))));
  const kl = Float64Array.from(windows.flatMap((window) => window.kl)).sort();
  const squares = windows.flatMap((window) => window.deltaProbability.map((delta) => delta * delta));
  return {
    ...scores(windows.map((window) => mean(window.againstNll))),
    klMean: overWindows((window) => window.kl),
    klMedian: quantile(kl, 0.5),
    klP999: quantile(kl, 0.999),
    deltaProbabilityMean: overWindows((window) => window.deltaProbability),
    deltaProbabilityRms: Math.sqrt(mean(squares)),
    sameTop1: overWindows((window) => window.sameTop1),
    nllDifference: estimate(windows.map((window) => mean(window.nll) - mean(window.againstNll))),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
