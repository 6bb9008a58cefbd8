import type { CacheStream } from "../../shared/schemas/model-package.ts";

/** Rows of a first allocation; later ones double, so that appending costs a constant number of copies a row. */
const INITIAL_ROWS = 256;

/**
 * What attention keeps of one sequence: per stream a growing array of rows [S, width]. The graph reads a view of it, `fresh` rows are
 * appended after each step. Rows beyond `length` are spare room.
 */
export class SequenceCache {
  readonly #streams: readonly CacheStream[];
  readonly #rows: Float32Array[];
  #capacity = 0;
  #length = 0;
  readonly #maxTokens: number;

  constructor(streams: readonly CacheStream[], maxTokens: number) {
    this.#streams = streams;
    this.#maxTokens = maxTokens;
    this.#rows = streams.map(() => new Float32Array(0));
  }

  /** S: tokens held. */
  get length(): number {
    return this.#length;
  }

  /** The past of stream `index`: [S, width], a view that the next append may replace. */
  view(index: number): Float32Array {
    return (this.#rows[index] as Float32Array).subarray(0, this.#length * this.#width(index));
  }

  /** Appends T rows to every stream. @param fresh per stream [T, width] */
  append(fresh: readonly Float32Array[], tokenCount: number): void {
    this.#reserve(this.#length + tokenCount);
    for (let index = 0; index < this.#streams.length; index++) {
      (this.#rows[index] as Float32Array).set(fresh[index] as Float32Array, this.#length * this.#width(index));
    }
    this.#length += tokenCount;
  }

  /** Forgets all but the first `length` tokens. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  #width(index: number): number {
    return (this.#streams[index] as CacheStream).width;
  }

  #reserve(tokens: number): void {
    if (tokens <= this.#capacity) return;
    const capacity = Math.min(Math.max(tokens, this.#capacity * 2, INITIAL_ROWS), Math.max(tokens, this.#maxTokens));
    for (let index = 0; index < this.#rows.length; index++) {
      const grown = new Float32Array(capacity * this.#width(index));
      grown.set(this.view(index));
      this.#rows[index] = grown;
    }
    this.#capacity = capacity;
  }
}
