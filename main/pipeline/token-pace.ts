import type { GenerateEvent } from "../../shared/schemas/generation.ts";

type PaceEvent = Extract<GenerateEvent, { kind: "pace" }>;

/** Often enough for the eye; a figure for every token would be half of what is sent. */
const EVERY_MS = 200;

/** How fast an answer comes, from the times of its tokens (or pieces): the first counted from the question, each other from the one before. */
export class TokenPace {
  #count = 0;
  #firstMs = 0;
  #afterFirstMs = 0;
  #toldMs = Number.NEGATIVE_INFINITY;

  get timeToFirstTokenMs(): number {
    return this.#firstMs;
  }

  get count(): number {
    return this.#count;
  }

  /** @param tokens how many came, where that is better known than by their pieces; null with fewer than two, or all at one moment */
  tokensPerSecond(tokens = this.#count): number | null {
    return tokens > 1 && this.#afterFirstMs > 0 ? ((tokens - 1) / this.#afterFirstMs) * 1000 : null;
  }

  /** @returns what to tell, when it is time to */
  add(ms: number): PaceEvent | null {
    if (this.#count === 0) this.#firstMs = ms;
    else this.#afterFirstMs += ms;
    this.#count++;
    if (this.#afterFirstMs - this.#toldMs < EVERY_MS) return null;
    this.#toldMs = this.#afterFirstMs;
    return { kind: "pace", generatedTokens: this.#count, timeToFirstTokenMs: this.#firstMs, tokensPerSecond: this.tokensPerSecond() };
  }
}
