import type { CompletionEvent, ScoredToken, TokenText } from "../../domain/completion.ts";

export type FinishReason = "stop" | "length";
type End = Extract<CompletionEvent, { kind: "end" }>;

/** JSON has no −∞; OpenAI writes this. */
const LEAST_LOGPROB = -9999;

export function finishReason(reason: End["reason"]): FinishReason {
  return reason === "eos" || reason === "stop" ? "stop" : "length";
}

/** The old endpoint's parallel lists. The first token of an echoed prompt has null for its probability and its alternatives. */
export interface LegacyLogprobs {
  readonly tokens: string[];
  readonly token_logprobs: (number | null)[];
  readonly top_logprobs: (Record<string, number> | null)[];
  readonly text_offset: number[];
}

export function legacyLogprobs(tokens: readonly ScoredToken[]): LegacyLogprobs {
  return {
    tokens: tokens.map(tokenName),
    token_logprobs: tokens.map(({ logprob }) => (logprob === null ? null : finite(logprob))),
    top_logprobs: tokens.map((token) => (token.logprob === null ? null : alternatives(token, token.logprob))),
    text_offset: tokens.map(({ offset }) => offset),
  };
}

/** Keyed by text, the likelier of two with the same one; the token itself is always among them. */
function alternatives(token: ScoredToken, logprob: number): Record<string, number> {
  const byName: Record<string, number> = Object.create(null);
  for (const other of token.top) byName[tokenName(other)] ??= finite(other.logprob);
  byName[tokenName(token)] ??= finite(logprob);
  return byName;
}

export function chatLogprobs(tokens: readonly ScoredToken[]): { readonly content: readonly object[]; readonly refusal: null } {
  return {
    content: tokens.map((token) => ({
      token: tokenName(token), logprob: finite(token.logprob ?? 0), bytes: bytesOf(token),
      top_logprobs: token.top.map((other) => ({ token: tokenName(other), logprob: finite(other.logprob), bytes: bytesOf(other) })),
    })),
    refusal: null,
  };
}

/** A token that is no text by itself is shown by its bytes, as OpenAI does: two halves of characters stay two. */
function tokenName({ text, bytes }: TokenText): string {
  if (bytes === null || !text.includes("\u{FFFD}")) return text;
  return `bytes:${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
}

function bytesOf({ text, bytes }: TokenText): readonly number[] {
  return bytes ?? [...new TextEncoder().encode(text)];
}

function finite(logprob: number): number {
  return Math.max(logprob, LEAST_LOGPROB);
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** A prompt counts once however many answers were asked for. @param ends by choice, prompt by prompt */
export function usageOf(ends: readonly (End | undefined)[], sequencesPerPrompt: number): Usage {
  const firsts = ends.filter((_, index) => index % sequencesPerPrompt === 0);
  const sum = (list: readonly (End | undefined)[], field: "promptTokens" | "generatedTokens" | "cachedTokens"): number => list.reduce((total, end) => total + (end?.[field] ?? 0), 0);
  const prompt_tokens = sum(firsts, "promptTokens");
  const completion_tokens = sum(ends, "generatedTokens");
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens, prompt_tokens_details: { cached_tokens: sum(firsts, "cachedTokens") } };
}
