import type { ScoredToken } from "../domain/completion.ts";
import type { TokenLogprob } from "../domain/engine.ts";
import { StopStrings } from "../runtime/stop-strings.ts";
import type { TokenTexts } from "../runtime/token-texts.ts";
import type { Tokenizer } from "../runtime/tokenizer.ts";

export interface TextPiece {
  readonly text: string;
  readonly tokens: readonly ScoredToken[];
}

/**
 * Drawn tokens → text that may be shown. Text is held back while it could be half a character or the beginning of a stop string; a scored token
 * comes with the text it begins in, and those that would begin behind a stop string never come.
 */
export class AnswerText {
  readonly #decoder: ReturnType<Tokenizer["createDecoder"]>;
  readonly #stop: StopStrings;
  readonly #texts: TokenTexts | null;
  /** Code points that the decoder and that the stop strings let through. */
  #decoded: number;
  #shown: number;
  #waiting: ScoredToken[] = [];
  #stopped = false;

  /** @param texts null where no token will be scored */
  constructor(tokenizer: Tokenizer, texts: TokenTexts | null, stop: readonly string[], startOffset: number) {
    this.#decoder = tokenizer.createDecoder();
    this.#stop = new StopStrings(stop);
    this.#texts = texts;
    this.#decoded = startOffset;
    this.#shown = startOffset;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  push(id: number, logprob: TokenLogprob | undefined): TextPiece {
    this.#score(id, logprob);
    return this.#through(this.#decoder.push(id));
  }

  /** The token that ended the text: listed, but no text. */
  pushEnd(id: number, logprob: TokenLogprob | undefined): void {
    this.#score(id, logprob);
  }

  /** What was held back, when no more comes. */
  finish(): TextPiece {
    if (this.#stopped) return { text: "", tokens: [] };
    const last = this.#through(this.#decoder.flush());
    if (this.#stopped) return last;
    const tokens = [...last.tokens, ...this.#waiting];
    this.#waiting = [];
    return { text: last.text + this.#stop.flush(), tokens };
  }

  #score(id: number, logprob: TokenLogprob | undefined): void {
    if (logprob !== undefined && this.#texts !== null) this.#waiting.push(scoredToken(this.#texts, id, logprob, this.#decoded));
  }

  #through(decoded: string): TextPiece {
    this.#decoded += codePoints(decoded);
    const { text, stopped } = this.#stop.push(decoded);
    this.#stopped = stopped;
    this.#shown += codePoints(text);
    const ready = this.#waiting.findIndex((token) => token.offset >= this.#shown);
    const tokens = this.#waiting.splice(0, ready < 0 ? this.#waiting.length : ready);
    return { text, tokens };
  }
}

/** @param scored null for the first token of a prompt */
export function scoredToken(texts: TokenTexts, id: number, scored: TokenLogprob | null, offset: number): ScoredToken {
  return { id, ...texts.of(id), logprob: scored?.logprob ?? null, offset, top: (scored?.top ?? []).map((other) => ({ id: other.id, ...texts.of(other.id), logprob: other.logprob })) };
}

/** Offsets are counted as every client outside JavaScript counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
