import { WorkbenchError } from "../../shared/errors.ts";
import type { EngineCache } from "../domain/engine.ts";
import type { CacheStream } from "../../shared/schemas/model-package.ts";
import { cacheBytesPerToken, SequenceCache } from "./sequence-cache.ts";

/** A fork copies rows at memory speed; below this many shared tokens running them again costs no more. */
const WORTH_FORKING_TOKENS = 16;

/** The cache of a sequence that runs. */
export interface RunningSequence {
  readonly cache: SequenceCache;
  /** Tokens of the prompt that need not be run again. */
  readonly sharedTokens: number;
  readonly reservedBytes: number;
}

interface Waiting {
  readonly reservedBytes: number;
  start(): void;
}

/**
 * The memory that sequences share. A sequence reserves what it may reach before it starts and waits, in order, while that does not fit beside the others; when it
 * ends its rows are kept for prompts that begin alike, as long as nobody needs the room: the least recently used go first.
 */
export class CacheStore {
  readonly #streams: readonly CacheStream[];
  readonly #bytesPerToken: number;
  readonly #limitBytes: number;
  readonly #running = new Set<RunningSequence>();
  readonly #waiting: Waiting[] = [];
  /** Least recently used first. */
  #kept: SequenceCache[] = [];
  /** Of sequences told to start that have not entered yet. */
  #promisedBytes = 0;

  constructor(streams: readonly CacheStream[], limitBytes: number) {
    this.#streams = streams;
    this.#bytesPerToken = cacheBytesPerToken(streams);
    this.#limitBytes = limitBytes;
  }

  /**
   * Room for a sequence that begins with `promptIds` and may reach `maxTokens` tokens, with the longest beginning that is in memory. The prompt's last token is never
   * taken from there: its logits choose the first token.
   * @param reuse false: begin with nothing
   * @throws runtime.cacheExceeded when it could not fit alone; the signal's reason
   */
  async begin(promptIds: readonly number[], maxTokens: number, reuse: boolean, signal: AbortSignal): Promise<RunningSequence> {
    const reservedBytes = maxTokens * this.#bytesPerToken;
    if (reservedBytes > this.#limitBytes) {
      throw new WorkbenchError("runtime.cacheExceeded", { neededTokens: maxTokens, bytesPerToken: this.#bytesPerToken, neededBytes: reservedBytes, limitBytes: this.#limitBytes });
    }
    signal.throwIfAborted();
    if (this.#waiting.length > 0 || !this.#fits(reservedBytes)) await this.#wait(reservedBytes, signal);
    const cache = reuse ? this.#beginning(promptIds, maxTokens, reservedBytes) : new SequenceCache(this.#streams, maxTokens);
    const sequence = { cache, sharedTokens: cache.length, reservedBytes };
    this.#running.add(sequence);
    this.#evict();
    return sequence;
  }

  /** The sequence is over; its rows may serve another. */
  end(sequence: RunningSequence): void {
    this.#running.delete(sequence);
    // A kept sequence that this one went on from adds nothing.
    this.#kept = this.#kept.filter((kept) => commonPrefix(kept.ids, sequence.cache.ids) < kept.length);
    if (sequence.cache.length > 0) this.#kept.push(sequence.cache);
    this.#evict();
    this.#startWaiting();
  }

  /** Forgets what no running sequence holds. */
  clear(): void {
    this.#kept = [];
  }

  usage(): EngineCache {
    return {
      bytesPerToken: this.#bytesPerToken, limitBytes: this.#limitBytes, runningBytes: this.#runningBytes(), keptBytes: this.#keptBytes(), runningSequences: this.#running.size, waitingSequences: this.#waiting.length,
    };
  }

  #beginning(promptIds: readonly number[], maxTokens: number, reservedBytes: number): SequenceCache {
    const candidates = [...this.#kept, ...[...this.#running].map(({ cache }) => cache)];
    let best: SequenceCache | null = null;
    let shared = 0;
    for (const candidate of candidates) {
      const common = Math.min(commonPrefix(candidate.ids, promptIds), promptIds.length - 1);
      if (common > shared) [best, shared] = [candidate, common];
    }
    if (best === null || shared === 0) return new SequenceCache(this.#streams, maxTokens);
    const kept = this.#kept.indexOf(best);
    const roomForBoth = this.#runningBytes() + this.#keptBytes() + reservedBytes <= this.#limitBytes;
    // All of it is wanted, or there is no room for two: the kept one goes on as this one.
    if (kept >= 0 && (shared === best.length || !roomForBoth || best.length - shared < WORTH_FORKING_TOKENS)) {
      this.#kept.splice(kept, 1);
      best.truncate(shared);
      best.allow(maxTokens);
      return best;
    }
    if (shared < WORTH_FORKING_TOKENS) return new SequenceCache(this.#streams, maxTokens);
    if (kept >= 0) this.#kept.push(...this.#kept.splice(kept, 1));
    return best.fork(shared, maxTokens);
  }

  #fits(bytes: number): boolean {
    return this.#runningBytes() + bytes <= this.#limitBytes;
  }

  async #wait(reservedBytes: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { reservedBytes, start: resolve };
    const leave = (): void => {
      const place = this.#waiting.indexOf(waiting);
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      this.#startWaiting();
      reject(signal.reason as Error);
    };
    this.#waiting.push(waiting);
    signal.addEventListener("abort", leave, { once: true });
    try {
      await promise;
      // From here to the caller's own entry nothing else runs.
      this.#promisedBytes -= reservedBytes;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** First come, first served: a small one does not overtake a large one, which would then wait for ever. */
  #startWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.reservedBytes); next = this.#waiting[0]) {
      this.#promisedBytes += next.reservedBytes;
      this.#waiting.shift();
      next.start();
    }
  }

  #evict(): void {
    while (this.#kept.length > 0 && this.#runningBytes() + this.#keptBytes() > this.#limitBytes) this.#kept.shift();
  }

  #runningBytes(): number {
    let bytes = this.#promisedBytes;
    for (const { reservedBytes, cache } of this.#running) bytes += Math.max(reservedBytes, cache.allocatedBytes);
    return bytes;
  }

  #keptBytes(): number {
    return this.#kept.reduce((sum, cache) => sum + cache.allocatedBytes, 0);
  }
}

function commonPrefix(left: readonly number[], right: readonly number[]): number {
  const end = Math.min(left.length, right.length);
  let length = 0;
  while (length < end && left[length] === right[length]) length++;
  return length;
}
