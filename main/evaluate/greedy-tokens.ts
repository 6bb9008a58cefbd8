import type { Engine } from "../domain/engine.ts";

/** The `count` most likely continuations one after the other; none of `stopTokenIds` is among them, for it ends the answer. Fewer also where the context ends. */
export async function greedyTokens(engine: Engine, promptIds: readonly number[], count: number, signal: AbortSignal, stopTokenIds: readonly number[] = []): Promise<number[]> {
  const ids: number[] = [];
  await engine.reset();
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  for await (const event of engine.generate({ promptIds, maxTokens: count, sampling, stopTokenIds }, signal)) {
    if (event.kind === "token") ids.push(event.id);
  }
  return ids;
}
