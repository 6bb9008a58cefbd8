import type { CacheStream } from "../../shared/schemas/model-package.ts";

/** Rows of a first allocation; later ones double, so that appending costs a constant number of copies a row. */
const INITIAL_ROWS = 256;

/** What a token takes in the cache, all streams together. */
export function cacheBytesPerToken(streams: readonly CacheStream[]): number {
  return streams.reduce((sum, { width }) => sum + width * Float32Array.BYTES_PER_ELEMENT, 0);
}

/**
 * What attention keeps of one sequence: its token ids, and per stream a growing array of rows [S, width]. The graph reads a view of it, `fresh` rows are
 * appended after each step. Rows beyond `length` are spare room.
 */
export class SequenceCache {
  readonly #streams: readonly CacheStream[];
  readonly #rows: Float32Array[];
  readonly #ids: number[] = [];
  #capacity = 0;
  #maxTokens: number;

  /** @param maxTokens what the sequence may reach: no more is allocated, unless more is appended */
  constructor(streams: readonly CacheStream[], maxTokens: number) {
    this.#streams = streams;
    this.#maxTokens = maxTokens;
    this.#rows = streams.map(() => new Float32Array(0));
  }

  /** S: tokens held. */
  get length(): number {
    return this.#ids.length;
  }

  /** Ids whose rows are held, in order. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  get allocatedBytes(): number {
    return this.#capacity * cacheBytesPerToken(this.#streams);
  }

  /** The past of stream `index`: [S, width], a view that the next append may replace. */
  view(index: number): Float32Array {
    return (this.#rows[index] as Float32Array).subarray(0, this.length * this.#width(index));
  }

  /** Appends a row of every stream for each of `tokenIds`. @param fresh per stream [T, width] */
  append(fresh: readonly Float32Array[], tokenIds: readonly number[]): void {
    this.#reserve(this.length + tokenIds.length);
    for (let index = 0; index < this.#streams.length; index++) {
      (this.#rows[index] as Float32Array).set(fresh[index] as Float32Array, this.length * this.#width(index));
    }
    for (const id of tokenIds) this.#ids.push(id);
  }

  /** Forgets all but the first `length` tokens. */
  truncate(length: number): void {
    this.#ids.length = Math.min(this.length, length);
  }

  /** Goes on as a sequence that may reach `maxTokens`. */
  allow(maxTokens: number): void {
    this.#maxTokens = maxTokens;
  }

  /** A sequence of its own that begins with the first `length` tokens of this one. */
  fork(length: number, maxTokens: number): SequenceCache {
    const forked = new SequenceCache(this.#streams, maxTokens);
    forked.append(this.#streams.map((_, index) => this.view(index).subarray(0, length * this.#width(index))), this.#ids.slice(0, length));
    return forked;
  }

  #width(index: number): number {
    return (this.#streams[index] as CacheStream).width;
  }

  #reserve(tokens: number): void {
    if (tokens <= this.#capacity) return;
    const capacity = Math.max(tokens, Math.min(Math.max(this.#capacity * 2, INITIAL_ROWS), this.#maxTokens));
    for (let index = 0; index < this.#rows.length; index++) {
      const grown = new Float32Array(capacity * this.#width(index));
      grown.set(this.view(index));
      this.#rows[index] = grown;
    }
    this.#capacity = capacity;
  }
}
