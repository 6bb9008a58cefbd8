import type { ParityReport } from "../../shared/schemas/report.ts";
import type { Engine } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import type { ParityRecord } from "../domain/model-package.ts";
import { compareLogits } from "./compare-logits.ts";
import { greedyTokens } from "./greedy-tokens.ts";
import { LogitsFile } from "./logits-file.ts";

export interface ParityCheck {
  /** Loaded. */
  readonly engine: Engine;
  readonly expected: ParityRecord;
  readonly files: Files;
  /** Where the engine may write logits. */
  readonly scratchFile: string;
  readonly chunkTokens: number | null;
  /** Largest |Δlogit| that still passes; greedy ids must be equal whatever it is. */
  readonly toleranceAbsolute: number;
  readonly signal: AbortSignal;
}

/** Recomputes what a record holds and says how far the answers are apart. */
export async function checkParity(check: ParityCheck): Promise<Omit<ParityReport, "conditions" | "expected" | "ropeFrequencies" | "exact">> {
  const { engine, expected, files, scratchFile, chunkTokens, toleranceAbsolute, signal } = check;
  const { inputIds, logits, vocabSize, greedyIds } = expected;
  await engine.logits(inputIds, scratchFile, { chunkTokens }, signal);
  let maxAbsoluteDelta = 0;
  let sumAbsoluteDelta = 0;
  let klSum = 0;
  let klMax = 0;
  let same = 0;
  const found = await LogitsFile.open(files, scratchFile, vocabSize);
  try {
    for (let position = 0; position < inputIds.length; position++) {
      const difference = compareLogits(logits.subarray(position * vocabSize, (position + 1) * vocabSize), await found.row(position));
      maxAbsoluteDelta = Math.max(maxAbsoluteDelta, difference.maxAbsoluteDelta);
      sumAbsoluteDelta += difference.sumAbsoluteDelta;
      klSum += difference.kl;
      klMax = Math.max(klMax, difference.kl);
      if (difference.sameTop1) same++;
    }
  } finally {
    await found.close();
    await files.remove(scratchFile);
  }
  const greedy = greedyIds.length === 0 ? [] : await greedyTokens(engine, inputIds, greedyIds.length, signal);
  const diverging = greedyIds.findIndex((id, index) => greedy[index] !== id);
  const firstDivergingToken = diverging < 0 ? null : diverging;
  const positions = inputIds.length;
  return {
    kind: "parity", chunkTokens, maxAbsoluteDelta, meanAbsoluteDelta: sumAbsoluteDelta / (positions * vocabSize), klMean: klSum / positions, klMax,
    top1Agreement: same / positions, firstDivergingToken, toleranceAbsolute, passed: maxAbsoluteDelta <= toleranceAbsolute && firstDivergingToken === null,
  };
}
