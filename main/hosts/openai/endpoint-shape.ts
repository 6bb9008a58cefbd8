import type { ScoredToken } from "../../domain/completion.ts";
import { chatLogprobs, type FinishReason, legacyLogprobs } from "./answer-wire.ts";

/** What differs between the two endpoints once the sequences run. `tokens` is null where no log probabilities were asked for. */
export interface EndpointShape {
  readonly idPrefix: string;
  readonly object: string;
  readonly chunkObject: string;
  choice(index: number, text: string, tokens: readonly ScoredToken[] | null, reason: FinishReason): object;
  /** Sent before a sequence's first text; null: nothing. */
  opening(index: number): object | null;
  chunk(index: number, text: string, tokens: readonly ScoredToken[] | null): object;
  closing(index: number, reason: FinishReason): object;
}

export const COMPLETION_SHAPE: EndpointShape = {
  idPrefix: "cmpl-",
  object: "text_completion",
  chunkObject: "text_completion",
  choice: (index, text, tokens, finish_reason) => ({ index, text, logprobs: tokens && legacyLogprobs(tokens), finish_reason }),
  opening: () => null,
  chunk: (index, text, tokens) => ({ index, text, logprobs: tokens && legacyLogprobs(tokens), finish_reason: null }),
  closing: (index, finish_reason) => ({ index, text: "", logprobs: null, finish_reason }),
};

export const CHAT_SHAPE: EndpointShape = {
  idPrefix: "chatcmpl-",
  object: "chat.completion",
  chunkObject: "chat.completion.chunk",
  choice: (index, content, tokens, finish_reason) => ({ index, message: { role: "assistant", content, refusal: null }, logprobs: tokens && chatLogprobs(tokens), finish_reason }),
  opening: (index) => ({ index, delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null }),
  chunk: (index, content, tokens) => ({ index, delta: { content }, logprobs: tokens && chatLogprobs(tokens), finish_reason: null }),
  closing: (index, finish_reason) => ({ index, delta: {}, logprobs: null, finish_reason }),
};
