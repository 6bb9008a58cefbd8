import type { ChatMessage, Sampling } from "../../shared/schemas/generation.ts";

/** What a model is asked to continue. Text gets the tokenizer's beginning-of-text, messages the chat template, token ids nothing. */
export type CompletionPrompt =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tokens"; readonly ids: readonly number[] }
  | { readonly kind: "chat"; readonly messages: readonly ChatMessage[] };

/** One sequence: what one prompt is continued with, once. */
export interface CompletionRequest {
  readonly prompt: CompletionPrompt;
  /** May be 0 with `echo`. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** The text ends before the first of these. */
  readonly stop: readonly string[];
  /** Alternatives reported beside each token, 0 to 20; null: no log probabilities. */
  readonly topLogprobs?: number | null;
  /** Give the prompt's text and, with `topLogprobs`, its tokens before what follows. */
  readonly echo?: boolean;
  /** With `topLogprobs`: the token that ended the text is listed like the others, its text left out of the answer. Evaluation tools count on a token for every step. */
  readonly listEndToken?: boolean;
  readonly constraint?: "json" | null;
  /** Tokens that end a text are drawn through. */
  readonly ignoreEnd?: boolean;
}

/** A token as text. `bytes`: of the token alone; null where the tokenizer does not tell, or the token is a special one. */
export interface TokenText {
  readonly id: number;
  readonly text: string;
  readonly bytes: readonly number[] | null;
}

export interface ScoredToken extends TokenText {
  /** Natural logarithm; null for the first token of a prompt, which nothing precedes. */
  readonly logprob: number | null;
  readonly top: readonly (TokenText & { readonly logprob: number })[];
  /** Code points of the text, an echoed prompt included, before this token. */
  readonly offset: number;
}

/*
 * prefill* → prompt? → (token | text)* → end
 */
export type CompletionEvent =
  | { readonly kind: "prefill"; readonly done: number; readonly total: number }
  /** The echoed prompt. `tokens` is empty without log probabilities. */
  | { readonly kind: "prompt"; readonly text: string; readonly tokens: readonly ScoredToken[] }
  /** One token was drawn; its text may come later. `ms` as the engine measured it. */
  | { readonly kind: "token"; readonly id: number; readonly ms: number }
  /** Whole characters only. `tokens`: those that begin in this text, when log probabilities were asked for. */
  | { readonly kind: "text"; readonly text: string; readonly tokens: readonly ScoredToken[] }
  | { readonly kind: "end"; readonly reason: "eos" | "stop" | "length" | "context"; readonly promptTokens: number; readonly generatedTokens: number; readonly cachedTokens: number };
