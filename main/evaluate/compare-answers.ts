import type { AnswerPair, AnswersReport } from "../../shared/schemas/report.ts";
import type { Engine } from "../domain/engine.ts";
import type { OnProgress } from "../domain/progress.ts";
import { distribution, estimate } from "../domain/statistics.ts";
import { greedyTokens } from "./greedy-tokens.ts";

export interface AnswersComparison {
  /** Loaded, and so is `against`. */
  readonly engine: Engine;
  readonly against: Engine;
  readonly prompts: readonly { readonly text: string; readonly ids: readonly number[] }[];
  readonly generateTokens: number;
  readonly stopTokenIds: readonly number[];
  readonly decode: (ids: readonly number[]) => string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/**
 * The same prompts through both, always the likeliest token: a difference is the models', not a die's. Prompts are the independent parts. After its first different
 * token an answer goes its own way, so how far both went together is counted, and not how many tokens differ.
 */
export async function compareAnswers({ engine, against, prompts, generateTokens, stopTokenIds, decode, onProgress, signal }: AnswersComparison): Promise<Pick<AnswersReport, "changed" | "sharedTokens" | "pairs">> {
  const pairs: AnswerPair[] = [];
  const shared: number[] = [];
  for (const { text, ids } of prompts) {
    signal.throwIfAborted();
    const expected = await greedyTokens(against, ids, generateTokens, signal, stopTokenIds);
    const found = await greedyTokens(engine, ids, generateTokens, signal, stopTokenIds);
    const sharedTokens = sharedLength(expected, found);
    const isSame = sharedTokens === expected.length && sharedTokens === found.length;
    const [expectedText, foundText] = [decode(expected), decode(found)];
    shared.push(sharedTokens);
    pairs.push({ prompt: text, expected: expectedText, found: foundText, sharedCharacters: sharedStart(expectedText, foundText), firstDifferentToken: isSame ? null : sharedTokens });
    onProgress({ step: "answers", done: pairs.length, total: prompts.length, unit: "runs" });
  }
  return { changed: estimate(pairs.map(({ firstDifferentToken }) => (firstDifferentToken === null ? 0 : 1))), sharedTokens: distribution(shared), pairs };
}

/** Never in the middle of a character that takes two units. */
function sharedStart(a: string, b: string): number {
  return [...a].slice(0, sharedLength([...a], [...b])).join("").length;
}

function sharedLength<T>(a: readonly T[], b: readonly T[]): number {
  const least = Math.min(a.length, b.length);
  for (let at = 0; at < least; at++) if (a[at] !== b[at]) return at;
  return least;
}
