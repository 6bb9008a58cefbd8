import { type ErrorCode, errorFromRecord, WorkbenchError } from "../../../shared/errors.ts";
import type { Engine, GenerateTokens, TokenEvent, TokenLogprob } from "../../../main/domain/engine.ts";

const BYTES_PER_TOKEN = 100;

export interface FakeEngine extends Engine {
  /** Sequences that were begun and have not ended, whichever way. */
  readonly running: number;
  readonly requests: GenerateTokens[];
  /** The order in which tokens were given out: the sequence's number. */
  readonly turns: number[];
  loads: number;
  /** The next call of generate throws this. */
  failNext: { readonly code: ErrorCode; readonly details: Record<string, unknown>; readonly afterTokens: number } | null;
}

export interface FakeEngineOptions {
  /** What every sequence answers, then end-of-text. Absent: it counts up from the last id of the prompt and never ends by itself. */
  readonly script?: readonly number[];
  readonly eosId: number;
  readonly vocabSize: number;
  readonly stepMs?: number;
}

/** An engine without a model: it takes turns, reserves cache, reports probabilities and ends like the embedded one. */
export function createFakeEngine({ script, eosId, vocabSize, stepMs = 0 }: FakeEngineOptions): FakeEngine {
  const held = new Map<number, number>();
  let sequences = 0;
  const logprob = (id: number, topCount: number): TokenLogprob => ({
    id, logprob: -0.5, top: Array.from({ length: topCount }, (_, rank) => ({ id: (id + rank) % vocabSize, logprob: -0.5 - rank })),
  });

  async function* generate(request: GenerateTokens, signal?: AbortSignal): AsyncGenerator<TokenEvent, void> {
    signal?.throwIfAborted();
    engine.requests.push(request);
    const failure = engine.failNext;
    engine.failNext = null;
    const { promptIds, maxTokens, stopTokenIds, topLogprobs = null, promptLogprobs = false } = request;
    if (promptIds.length === 0) throw new WorkbenchError("runtime.promptEmpty", {});
    const bad = promptIds.find((id) => id >= vocabSize);
    if (bad !== undefined) throw new WorkbenchError("runtime.tokenOutOfRange", { tokenId: bad, vocabSize });
    if (promptIds.length > 2048) throw new WorkbenchError("runtime.contextExceeded", { neededTokens: promptIds.length, limitTokens: 2048 });
    const sequence = sequences++;
    held.set(sequence, (promptIds.length + maxTokens) * BYTES_PER_TOKEN);
    try {
      yield { kind: "prefill", done: promptIds.length, total: promptIds.length, cachedTokens: 3 };
      if (promptLogprobs) yield { kind: "promptLogprobs", start: 1, logprobs: promptIds.slice(1).map((id) => logprob(id, topLogprobs ?? 0)) };
      for (let place = 0; place < maxTokens; place++) {
        await new Promise((resolve) => (stepMs > 0 ? setTimeout(resolve, stepMs) : setImmediate(resolve)));
        signal?.throwIfAborted();
        if (failure !== null && failure.afterTokens === place) throw errorFromRecord(failure);
        const id = script === undefined ? 2 + (((promptIds.at(-1) as number) + place) % (vocabSize - 2)) : (script[place] ?? eosId);
        if (stopTokenIds.includes(id)) {
          yield { kind: "end", reason: "eos" };
          return;
        }
        engine.turns.push(sequence);
        yield { kind: "token", id, ms: 1, ...(topLogprobs === null ? {} : { logprob: logprob(id, topLogprobs) }) };
      }
      yield { kind: "end", reason: "length" };
    } finally {
      held.delete(sequence);
    }
  }

  const engine: FakeEngine = {
    get running() {
      return held.size;
    },
    requests: [],
    turns: [],
    loads: 0,
    failNext: null,
    load: async () => {
      engine.loads++;
      return { loadMs: 1 };
    },
    unload: async () => {},
    describe: () => ({ name: "fake", version: "0", threads: 1, contextTokens: 2048, vocabSize, eosTokenIds: [eosId] }),
    generate,
    logits: async () => {},
    reset: async () => {},
    memory: async () => ({ privateBytes: null, peakResidentBytes: null }),
    cache: async () => ({ bytesPerToken: BYTES_PER_TOKEN, limitBytes: 1e6, runningBytes: [...held.values()].reduce((sum, bytes) => sum + bytes, 0), keptBytes: 50, runningSequences: held.size, waitingSequences: 0 }),
  };
  return engine;
}
