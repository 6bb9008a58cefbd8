import { type ComparedRun, MEASURES, type Measure, type PairedDifference } from "../../shared/schemas/report.ts";
import { estimate } from "../domain/statistics.ts";
import { studentQuantile } from "../domain/student-t.ts";

export interface Paired {
  readonly runs: readonly ComparedRun[];
  /** What a token is; null where nobody knows. */
  readonly tokenizer: string | null;
}

/** Of all intervals of one measure together. */
export const LEVEL = 0.95;

/** What one run says in a measure: always more is faster. null: nothing. */
export function speedOf({ firstTokenMs, totalMs, promptTokens, generatedTokens, characters }: ComparedRun, measure: Measure): number | null {
  switch (measure) {
    case "characters":
      return characters > 0 && totalMs > 0 ? (characters / totalMs) * 1000 : null;
    case "total":
      return totalMs > 0 ? 1000 / totalMs : null;
    case "firstToken":
      return firstTokenMs !== null && firstTokenMs > 0 ? 1000 / firstTokenMs : null;
    case "decode":
      return firstTokenMs !== null && generatedTokens > 1 && totalMs > firstTokenMs ? ((generatedTokens - 1) / (totalMs - firstTokenMs)) * 1000 : null;
    case "prefill":
      return promptTokens !== null && firstTokenMs !== null && firstTokenMs > 0 ? (promptTokens / firstTokenMs) * 1000 : null;
    default:
      return measure satisfies never;
  }
}

/**
 * Every two contestants in every measure. The independent parts are rounds: in each, the log ratio of the two speeds is averaged over the prompts that both answered; what
 * slows a whole round down slows both and cancels out. The interval of the mean log ratio is Student's, widened so that all pairs of a measure hold together (Bonferroni).
 */
export function pairDifferences(contestants: readonly Paired[], level: number = LEVEL): readonly PairedDifference[] {
  const pairs = contestants.flatMap((_, first) => contestants.slice(first + 1).map((_, further) => ({ first, second: first + 1 + further })));
  const each = 1 - (1 - level) / pairs.length;
  return MEASURES.flatMap((measure) => pairs.flatMap(({ first, second }): PairedDifference[] => {
    const [one, other] = [contestants[first] as Paired, contestants[second] as Paired];
    const isSameToken = one.tokenizer !== null && one.tokenizer === other.tokenizer;
    if (isSameToken ? measure === "characters" : measure === "decode" || measure === "prefill") return [];
    return [{ measure, first, second, ...ratioOf(logRatios(one.runs, other.runs, measure), each) }];
  }));
}

function ratioOf(logs: readonly number[], level: number): Pick<PairedDifference, "ratio" | "low" | "high" | "n"> {
  const n = logs.length;
  if (n < 2) return { ratio: null, low: null, high: null, n };
  const { mean, standardError } = estimate(logs);
  const half = studentQuantile(level, n - 1) * standardError;
  return { ratio: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half), n };
}

/** One a round. */
function logRatios(one: readonly ComparedRun[], other: readonly ComparedRun[], measure: Measure): readonly number[] {
  const speeds = new Map(other.map((run) => [`${run.round} ${run.prompt}`, speedOf(run, measure)]));
  const rounds = new Map<number, number[]>();
  for (const run of one) {
    const [mine, theirs] = [speedOf(run, measure), speeds.get(`${run.round} ${run.prompt}`) ?? null];
    if (mine === null || theirs === null) continue;
    rounds.set(run.round, [...(rounds.get(run.round) ?? []), Math.log(mine / theirs)]);
  }
  return [...rounds.values()].map((logs) => logs.reduce((sum, log) => sum + log, 0) / logs.length);
}
