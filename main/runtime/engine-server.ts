import { closeSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { WorkbenchError } from "../../shared/errors.ts";
import type { EngineMemory, GenerateTokens, TokenEvent } from "../domain/engine.ts";
import type { PackageManifest } from "../../shared/schemas/model-package.ts";
import { ModelSession, ONNXRUNTIME_VERSION } from "./model-session.ts";
import { processMemory } from "./process-memory.ts";
import { createSampler } from "./sampler.ts";
import type { SequenceCache } from "./sequence-cache.ts";

/**
 * Prompt tokens per step. More rows share one read of the weights, but scores take H·T·(S+T)·4 bytes: 512 rows of 16 heads behind 4096
 * tokens are 150 MB.
 */
const PREFILL_CHUNK_TOKENS = 512;

/** The model of one engine process and the one sequence it has in its cache. */
export class EngineServer {
  #session: ModelSession | null = null;
  #manifest: PackageManifest | null = null;
  #cache: SequenceCache | null = null;
  /** Ids whose rows are in the cache, in order. */
  #cachedIds: number[] = [];

  async load(directory: string, manifest: PackageManifest, threads: number): Promise<{ loadMs: number; version: string }> {
    const started = performance.now();
    this.#session = await ModelSession.load(directory, manifest, threads);
    this.#manifest = manifest;
    this.#cache = this.#session.newCache();
    this.#cachedIds = [];
    return { loadMs: performance.now() - started, version: ONNXRUNTIME_VERSION };
  }

  reset(): void {
    this.#loaded().cache.truncate(0);
    this.#cachedIds = [];
  }

  memory(): EngineMemory {
    return processMemory();
  }

  /** Prefill in chunks behind the longest common prefix with the cache, then one token a step. Cancelled between steps. */
  async *generate(request: GenerateTokens, signal: AbortSignal): AsyncGenerator<TokenEvent> {
    const { session, cache, manifest } = this.#loaded();
    const started = performance.now();
    const { promptIds } = request;
    this.#checkIds(promptIds);
    this.#checkContext(promptIds.length + 1);
    // The last prompt token is always run: its logits choose the first token.
    const shared = Math.min(commonPrefix(this.#cachedIds, promptIds), promptIds.length - 1);
    cache.truncate(shared);
    this.#cachedIds.length = shared;

    const sampler = createSampler(request.sampling);
    const seen = [...promptIds];
    let logits: Float32Array = new Float32Array(0);
    for (let done = shared; done < promptIds.length; ) {
      signal.throwIfAborted();
      const chunk = promptIds.slice(done, done + PREFILL_CHUNK_TOKENS);
      const last = done + chunk.length === promptIds.length;
      logits = await session.step(chunk, cache, last ? [chunk.length - 1] : []);
      this.#cachedIds.push(...chunk);
      done += chunk.length;
      yield { kind: "prefill", done, total: promptIds.length };
    }
    let previous = started;
    for (let generated = 1; ; generated++) {
      signal.throwIfAborted();
      const id = sampler.next(logits, seen);
      if (request.stopTokenIds.includes(id)) return yield { kind: "end", reason: "eos", cachedTokens: shared };
      const now = performance.now();
      yield { kind: "token", id, ms: now - previous };
      previous = now;
      if (generated === request.maxTokens) return yield { kind: "end", reason: "length", cachedTokens: shared };
      if (cache.length + 1 > manifest.spec.maxPositions - 1) return yield { kind: "end", reason: "context", cachedTokens: shared };
      seen.push(id);
      logits = await session.step([id], cache, [0]);
      this.#cachedIds.push(id);
    }
  }

  /** Logits of every position of `tokenIds`, run behind an empty cache, as float32 little-endian [T, V] in `file`. */
  async logits(tokenIds: readonly number[], file: string, chunkTokens: number | null, signal: AbortSignal): Promise<void> {
    const { session } = this.#loaded();
    this.#checkIds(tokenIds);
    this.#checkContext(tokenIds.length);
    const cache = session.newCache();
    const descriptor = openSync(file, "w", 0o600);
    try {
      const step = chunkTokens ?? PREFILL_CHUNK_TOKENS;
      for (let done = 0; done < tokenIds.length; done += step) {
        signal.throwIfAborted();
        const chunk = tokenIds.slice(done, done + step);
        const logits = await session.step(chunk, cache, chunk.map((_, row) => row));
        writeWhole(descriptor, new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw new WorkbenchError("files.noSpace", { file, neededBytes: null, freeBytes: null }, { cause: error });
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  #loaded(): { session: ModelSession; cache: SequenceCache; manifest: PackageManifest } {
    if (this.#session === null || this.#cache === null || this.#manifest === null) throw new WorkbenchError("runtime.notLoaded", {});
    return { session: this.#session, cache: this.#cache, manifest: this.#manifest };
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

function commonPrefix(left: readonly number[], right: readonly number[]): number {
  const end = Math.min(left.length, right.length);
  let length = 0;
  while (length < end && left[length] === right[length]) length++;
  return length;
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done);
}
