import type { Sampling } from "../../shared/schemas/generation.ts";

/** What an engine says about itself; every report quotes it. */
export interface EngineDescription {
  readonly name: string;
  readonly version: string;
  readonly threads: number;
  readonly contextTokens: number;
  readonly vocabSize: number;
  readonly eosTokenIds: readonly number[];
}

export interface EngineMemory {
  /** Pages only this process holds (not mapped weights); null where the system does not tell. */
  readonly privateBytes: number | null;
  readonly peakResidentBytes: number | null;
}

export interface GenerateTokens {
  /** The whole prompt. What an earlier call left in the cache and this one shares as a prefix is not computed again. */
  readonly promptIds: readonly number[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Generation ends when one of these is drawn; it is not yielded. */
  readonly stopTokenIds: readonly number[];
}

/*
 * prefill* → token* → end
 */
export type TokenEvent =
  | { readonly kind: "prefill"; readonly done: number; readonly total: number }
  /** `ms`: since the call for the first token (TTFT), since the token before for the others. Measured inside the engine. */
  | { readonly kind: "token"; readonly id: number; readonly ms: number }
  | { readonly kind: "end"; readonly reason: "eos" | "length" | "context"; readonly cachedTokens: number };

/**
 * A model that turns token ids into token ids. The embedded runtime and servers that speak HTTP both implement it; benchmarks and
 * evaluations take one and do not care which. Tensors never cross it: logits go to a file.
 */
export interface Engine {
  load(signal?: AbortSignal): Promise<{ readonly loadMs: number }>;
  describe(): EngineDescription;
  /** @throws runtime.contextExceeded, runtime.tokenOutOfRange, runtime.promptEmpty, runtime.engineExited */
  generate(request: GenerateTokens, signal?: AbortSignal): AsyncIterable<TokenEvent>;
  /**
   * Runs `tokenIds` through an empty cache and writes every position's logits to `file`: float32 little-endian [T, V].
   * @param chunkTokens prompt tokens per step; null: the engine's own choice. 1 is token-by-token decode.
   */
  logits(tokenIds: readonly number[], file: string, options: { readonly chunkTokens: number | null }, signal?: AbortSignal): Promise<void>;
  /** Forgets every cached token. */
  reset(): Promise<void>;
  memory(): Promise<EngineMemory>;
  unload(): Promise<void>;
}
