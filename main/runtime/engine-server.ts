import { closeSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { WorkbenchError } from "../../shared/errors.ts";
import type { PackageManifest } from "../../shared/schemas/model-package.ts";
import type { EngineCache, EngineMemory, GenerateTokens, TokenEvent, TokenLogprob } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import { CacheStore, type RunningSequence } from "./cache-store.ts";
import { JsonConstraint } from "./json-constraint.ts";
import { ModelSession, ONNXRUNTIME_VERSION } from "./model-session.ts";
import { processMemory } from "./process-memory.ts";
import { createSampler } from "./sampler.ts";
import { loadTokenBytes, type TokenBytes } from "./token-bytes.ts";
import { tokenLogprob } from "./token-logprobs.ts";
import { Turns } from "./turns.ts";

/** Prompt tokens per step at most. More rows share one read of the weights, but beyond this prefill gains nothing (bench:peers) and others wait longer. */
const PREFILL_CHUNK_TOKENS = 256;
/** While others wait for their turns, and where every row's logits are wanted: 64 rows of 129,280 are 33 MB. */
const SHORT_CHUNK_TOKENS = 64;
/** Attention scores take H·T·(S+T)·4 bytes, a few times over, and the runtime keeps what it once had: deep prompts go in shorter chunks. */
const SCORE_BYTES = 24 * 2 ** 20;
const LEAST_CHUNK_TOKENS = 32;
/** Of the memory that is left when the model is loaded, what sequences may take unless somebody says otherwise. */
const CACHE_SHARE = 0.5;
const LEAST_CACHE_BYTES = 64 * 2 ** 20;

export interface LoadModel {
  /** The package. */
  readonly directory: string;
  /** Where the graph to run lies: the package, or its compiled form. */
  readonly graphDirectory: string;
  readonly manifest: PackageManifest;
  readonly threads: number;
  /** What all sequences together may keep in memory; null: half of what is left. */
  readonly cacheLimitBytes: number | null;
}

interface Loaded {
  readonly session: ModelSession;
  readonly manifest: PackageManifest;
  readonly cache: CacheStore;
  readonly directory: string;
  tokenBytes: Promise<TokenBytes> | null;
}

/** The model of one engine process and the sequences that run through it. */
export class EngineServer {
  readonly #files: Files;
  readonly #turns = new Turns();
  #model: Loaded | null = null;

  constructor(files: Files) {
    this.#files = files;
  }

  async load({ directory, graphDirectory, manifest, threads, cacheLimitBytes }: LoadModel): Promise<{ loadMs: number; version: string }> {
    const started = performance.now();
    const session = await ModelSession.load(graphDirectory, manifest, threads);
    const limitBytes = cacheLimitBytes ?? Math.max(LEAST_CACHE_BYTES, Math.floor(process.availableMemory() * CACHE_SHARE));
    this.#model = { session, manifest, directory, cache: new CacheStore(manifest.cache, limitBytes), tokenBytes: null };
    return { loadMs: performance.now() - started, version: ONNXRUNTIME_VERSION };
  }

  reset(): void {
    this.#loaded().cache.clear();
  }

  memory(): EngineMemory {
    return processMemory();
  }

  cache(): EngineCache {
    return this.#loaded().cache.usage();
  }

  /** Prefill in chunks behind the longest beginning that is cached, then one token a step, in turn with other sequences. Cancelled between steps. */
  async *generate(request: GenerateTokens, signal: AbortSignal): AsyncGenerator<TokenEvent> {
    const model = this.#loaded();
    const started = performance.now();
    this.#checkIds(request.promptIds);
    this.#checkContext(request.promptIds.length + Math.min(1, request.maxTokens));
    const mostTokens = Math.min(request.promptIds.length + request.maxTokens, model.manifest.spec.maxPositions);
    const sequence = await model.cache.begin(request.promptIds, mostTokens, request.promptLogprobs !== true, signal);
    try {
      const logits = yield* this.#prefill(model, sequence, request, signal);
      yield* this.#decode(model, sequence, request, logits, started, signal);
    } finally {
      model.cache.end(sequence);
    }
  }

  /** @returns the logits [V] behind the prompt */
  async *#prefill(model: Loaded, { cache, sharedTokens }: RunningSequence, { promptIds, promptLogprobs, topLogprobs }: GenerateTokens, signal: AbortSignal): AsyncGenerator<TokenEvent, Float32Array> {
    const { vocabSize } = model.manifest.spec;
    let logits: Float32Array = new Float32Array(0);
    for (let done = sharedTokens; done < promptIds.length; ) {
      const start = done;
      const step = Math.min(promptLogprobs === true || this.#turns.asked > 0 ? SHORT_CHUNK_TOKENS : PREFILL_CHUNK_TOKENS, chunkBehind(start, model.manifest.spec.attention.headCount));
      const chunk = promptIds.slice(start, start + step);
      done += chunk.length;
      const rows = promptLogprobs === true ? chunk.map((_, row) => row) : done === promptIds.length ? [chunk.length - 1] : [];
      const found = await this.#step(model, chunk, cache, rows, signal);
      logits = found.subarray(found.length - vocabSize);
      yield { kind: "prefill", done, total: promptIds.length, cachedTokens: sharedTokens };
      if (promptLogprobs === true) {
        // Row i tells about the token after it; the last row of all about the first new one.
        const logprobs: TokenLogprob[] = rows
          .filter((row) => start + row + 1 < promptIds.length)
          .map((row) => tokenLogprob(found.subarray(row * vocabSize, (row + 1) * vocabSize), promptIds[start + row + 1] as number, topLogprobs ?? 0));
        yield { kind: "promptLogprobs", start: start + 1, logprobs };
      }
    }
    return logits;
  }

  async *#decode(model: Loaded, { cache }: RunningSequence, request: GenerateTokens, first: Float32Array, started: number, signal: AbortSignal): AsyncGenerator<TokenEvent> {
    const { maxTokens, stopTokenIds, topLogprobs } = request;
    if (maxTokens === 0) return yield { kind: "end", reason: "length" };
    const sampler = createSampler(request.sampling);
    const constraint = request.constraint === "json" ? await this.#jsonConstraint(model) : null;
    const allows = constraint === null ? undefined : (id: number): boolean => constraint.allows(id);
    const seen = [...request.promptIds];
    let logits = first;
    let previous = started;
    for (let generated = 1; ; generated++) {
      const id = sampler.next(logits, seen, allows);
      if (stopTokenIds.includes(id)) return yield { kind: "end", reason: "eos" };
      constraint?.push(id);
      const now = performance.now();
      yield { kind: "token", id, ms: now - previous, ...(topLogprobs == null ? {} : { logprob: tokenLogprob(logits, id, topLogprobs) }) };
      previous = now;
      if (constraint?.complete === true) return yield { kind: "end", reason: "eos" };
      if (generated === maxTokens) return yield { kind: "end", reason: "length" };
      if (cache.length + 1 > model.manifest.spec.maxPositions - 1) return yield { kind: "end", reason: "context" };
      seen.push(id);
      logits = await this.#step(model, [id], cache, [0], signal);
    }
  }

  async #step({ session }: Loaded, tokenIds: readonly number[], cache: RunningSequence["cache"], logitRows: readonly number[], signal: AbortSignal): Promise<Float32Array> {
    signal.throwIfAborted();
    return this.#turns.take(async () => {
      signal.throwIfAborted();
      const logits = await session.step(tokenIds, cache, logitRows);
      // Lets messages in: session.run holds the thread from one step to the next.
      await setImmediate();
      return logits;
    });
  }

  /** Logits of every position of `tokenIds`, run behind an empty cache, as float32 little-endian [T, V] in `file`. */
  async logits(tokenIds: readonly number[], file: string, chunkTokens: number | null, signal: AbortSignal): Promise<void> {
    const model = this.#loaded();
    this.#checkIds(tokenIds);
    this.#checkContext(tokenIds.length);
    const cache = model.session.newCache();
    const descriptor = openSync(file, "w", 0o600);
    try {
      for (let done = 0; done < tokenIds.length; ) {
        const chunk = tokenIds.slice(done, done + (chunkTokens ?? chunkBehind(done, model.manifest.spec.attention.headCount)));
        done += chunk.length;
        const logits = await this.#step(model, chunk, cache, chunk.map((_, row) => row), signal);
        writeWhole(descriptor, new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw new WorkbenchError("files.noSpace", { file, neededBytes: null, freeBytes: null }, { cause: error });
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  async #jsonConstraint(model: Loaded): Promise<JsonConstraint> {
    model.tokenBytes ??= loadTokenBytes(this.#files, model.directory);
    return new JsonConstraint(await model.tokenBytes, model.manifest.spec.eosTokenIds);
  }

  #loaded(): Loaded {
    if (this.#model === null) throw new WorkbenchError("runtime.notLoaded", {});
    return this.#model;
  }

  #checkIds(ids: readonly number[]): void {
    if (ids.length === 0) throw new WorkbenchError("runtime.promptEmpty", {});
    const { vocabSize } = this.#loaded().manifest.spec;
    for (const tokenId of ids) {
      // An id past the table would read outside the embedding.
      if (tokenId < 0 || tokenId >= vocabSize) throw new WorkbenchError("runtime.tokenOutOfRange", { tokenId, vocabSize });
    }
  }

  #checkContext(neededTokens: number): void {
    const limitTokens = this.#loaded().manifest.spec.maxPositions;
    if (neededTokens > limitTokens) throw new WorkbenchError("runtime.contextExceeded", { neededTokens, limitTokens });
  }
}

/** Prompt tokens of a step behind `cachedTokens` whose scores stay within SCORE_BYTES. */
function chunkBehind(cachedTokens: number, heads: number): number {
  const rowBytes = heads * (cachedTokens + PREFILL_CHUNK_TOKENS) * Float32Array.BYTES_PER_ELEMENT;
  return Math.min(PREFILL_CHUNK_TOKENS, Math.max(LEAST_CHUNK_TOKENS, Math.floor(SCORE_BYTES / rowBytes)));
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done);
}
