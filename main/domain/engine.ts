import type { Sampling } from "../../shared/schemas/generation.ts";
import type { OnProgress } from "./progress.ts";

/** What an engine says about itself; every report quotes it. */
export interface EngineDescription {
  readonly name: string;
  readonly version: string;
  readonly threads: number;
  readonly contextTokens: number;
  readonly vocabSize: number;
  readonly eosTokenIds: readonly number[];
}

/** What sequences share. A sequence takes `bytesPerToken` for each token of prompt and answer that it may reach. */
export interface EngineCache {
  readonly bytesPerToken: number;
  readonly limitBytes: number;
  /** Held by running sequences, and by prefixes kept for those to come. */
  readonly runningBytes: number;
  readonly keptBytes: number;
  readonly runningSequences: number;
  readonly waitingSequences: number;
}

export interface EngineMemory {
  /** Pages only this process holds (not mapped weights); null where the system does not tell. */
  readonly privateBytes: number | null;
  readonly peakResidentBytes: number | null;
}

export interface GenerateTokens {
  /** The whole prompt. What an earlier call left in the cache and this one shares as a prefix is not computed again. */
  readonly promptIds: readonly number[];
  /** May be 0 where only the prompt's log probabilities are wanted. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Generation ends when one of these is drawn; it is not yielded. */
  readonly stopTokenIds: readonly number[];
  /** How many of the likeliest alternatives to report beside each token, 0 to 20; null: no log probabilities at all. */
  readonly topLogprobs?: number | null;
  /** Also report how likely each token of the prompt was (OpenAI's `echo` with `logprobs`). Nothing of the prompt is then taken from the cache. */
  readonly promptLogprobs?: boolean;
  /** "json": only tokens after which the text can still become one JSON value are drawn. */
  readonly constraint?: "json" | null;
}

/** Natural logarithms of probabilities of the model itself: before temperature, filters and constraints. */
export interface TokenLogprob {
  readonly id: number;
  readonly logprob: number;
  /** The likeliest ids at this place, best first. */
  readonly top: readonly { readonly id: number; readonly logprob: number }[];
}

/*
 * (prefill | promptLogprobs)* → token* → end
 */
export type TokenEvent =
  /** At least once. `cachedTokens`: of `done`, those that were in the cache already. */
  | { readonly kind: "prefill"; readonly done: number; readonly total: number; readonly cachedTokens: number }
  /** `ms`: since the call for the first token (TTFT), since the token before for the others. Measured inside the engine. */
  | { readonly kind: "token"; readonly id: number; readonly ms: number; readonly logprob?: TokenLogprob }
  /** Of the prompt's tokens from place `start` on, in order; place 0 has none. */
  | { readonly kind: "promptLogprobs"; readonly start: number; readonly logprobs: readonly TokenLogprob[] }
  | { readonly kind: "end"; readonly reason: "eos" | "length" | "context" };

/**
 * A model that turns token ids into token ids. The embedded runtime and servers that speak HTTP both implement it; benchmarks and
 * evaluations take one and do not care which. Tensors never cross it: logits go to a file.
 */
export interface Engine {
  /** @param onProgress of what must be made before a first load */
  load(signal?: AbortSignal, onProgress?: OnProgress): Promise<{ readonly loadMs: number }>;
  describe(): EngineDescription;
  /**
   * Several may run at once: each goes on by one step in turn. One that does not fit beside those running waits.
   * @throws runtime.contextExceeded, runtime.tokenOutOfRange, runtime.promptEmpty, runtime.engineExited; runtime.cacheExceeded when it could not fit alone
   */
  generate(request: GenerateTokens, signal?: AbortSignal): AsyncIterable<TokenEvent>;
  /**
   * Runs `tokenIds` through an empty cache and writes every position's logits to `file`: float32 little-endian [T, V].
   * @param chunkTokens prompt tokens per step; null: the engine's own choice. 1 is token-by-token decode.
   */
  logits(tokenIds: readonly number[], file: string, options: { readonly chunkTokens: number | null }, signal?: AbortSignal): Promise<void>;
  /** Forgets every cached token. */
  reset(): Promise<void>;
  memory(): Promise<EngineMemory>;
  cache(): Promise<EngineCache>;
  unload(): Promise<void>;
}
