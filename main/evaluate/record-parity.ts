import type { Engine } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import type { ParityRecord } from "../domain/model-package.ts";
import { greedyTokens } from "./greedy-tokens.ts";

export interface ParityRecording {
  /** Loaded. */
  readonly engine: Engine;
  readonly files: Files;
  readonly scratchFile: string;
  readonly inputIds: readonly number[];
  readonly greedyCount: number;
  readonly signal: AbortSignal;
}

/** What the model answers now, to be compared with what it answers elsewhere. */
export async function recordParity({ engine, files, scratchFile, inputIds, greedyCount, signal }: ParityRecording): Promise<ParityRecord> {
  const { vocabSize } = engine.describe();
  await engine.logits(inputIds, scratchFile, { chunkTokens: null }, signal);
  const logits = new Float32Array(inputIds.length * vocabSize);
  const file = await files.open(scratchFile);
  try {
    await file.read(new Uint8Array(logits.buffer), 0);
  } finally {
    await file.close();
    await files.remove(scratchFile);
  }
  return { inputIds, logits, vocabSize, greedyIds: await greedyTokens(engine, inputIds, greedyCount, signal) };
}
