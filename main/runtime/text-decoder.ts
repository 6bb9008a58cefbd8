/** Tokens kept as context for the next ones once everything before them has been given out. */
const WINDOW_TOKENS = 16;
/** A character has at most four bytes: a tail that has not become one after this many tokens never will. */
const MAX_PENDING_TOKENS = 4;
const REPLACEMENT = "\uFFFD";

/**
 * Token ids → text, as they come. A character whose bytes lie in several tokens is given out whole with its last one; bytes that are no
 * character become U+FFFD once it is certain that they will not be completed.
 */
export class TextDecoder {
  readonly #decode: (ids: number[]) => string;
  #window: number[] = [];
  /** Characters of the window's text that were given out. */
  #given = 0;
  #pendingTokens = 0;

  /** @param decode ids → text; a text's beginning must not change when ids are appended, but for an unfinished character at its end */
  constructor(decode: (ids: number[]) => string) {
    this.#decode = decode;
  }

  /** @returns the text that this token finished; "" while a character is incomplete */
  push(id: number): string {
    this.#window.push(id);
    const text = this.#decode(this.#window);
    const unfinished = text.endsWith(REPLACEMENT) && this.#pendingTokens + 1 < MAX_PENDING_TOKENS;
    const end = unfinished ? text.length - 1 : text.length;
    const fresh = text.slice(this.#given, end);
    this.#given = Math.max(this.#given, end);
    this.#pendingTokens = unfinished ? this.#pendingTokens + 1 : 0;
    if (!unfinished && this.#window.length > WINDOW_TOKENS) this.#shorten(text);
    return fresh;
  }

  /** What is left at the end: an unfinished character becomes U+FFFD. */
  flush(): string {
    const rest = this.#decode(this.#window).slice(this.#given);
    this.#window = [];
    this.#given = 0;
    this.#pendingTokens = 0;
    return rest;
  }

  /** Drops what no longer matters, if the shorter window reads as the end of the longer one. */
  #shorten(text: string): void {
    const window = this.#window.slice(-WINDOW_TOKENS / 2);
    const shorter = this.#decode(window);
    if (shorter === "" || shorter.startsWith(REPLACEMENT) || !text.endsWith(shorter.trimStart())) return;
    this.#window = window;
    this.#given = shorter.length;
  }
}
