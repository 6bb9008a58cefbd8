import type { Sampling } from "../../shared/schemas/generation.ts";
import type { CompletionPrompt } from "./completion.ts";

/** Where an engine of somebody else's answers. The key is here only on its way into a request. */
export interface EngineAddress {
  /** http(s)://host[:port]/path, without a slash at its end; "/chat/completions" and "/models" are put behind it. */
  readonly url: string;
  readonly key: string | null;
}

export interface ChatRequest {
  readonly model: string;
  /** Token ids go only to servers that take them (vLLM, SGLang, ours). */
  readonly prompt: CompletionPrompt;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly stop: readonly string[];
  /** Go on behind the end of the text up to maxTokens ("ignore_eos"): equal answers are equal work. Servers that do not know it end where they end. */
  readonly ignoreEnd?: boolean;
}

/*
 * piece* → end
 */
export type ChatEvent =
  /**
   * Text as it arrived, never empty. `ms`: since the request was sent for the first, since the one before for the others, by this side's clock. `isThought`: what a
   * reasoning model's server keeps apart from the answer. Servers may put several tokens into one piece.
   */
  | { readonly kind: "piece"; readonly text: string; readonly isThought: boolean; readonly ms: number }
  /** `usage`: as the server counted; null when it did not say. */
  | { readonly kind: "end"; readonly reason: "ended" | "length" | "other"; readonly usage: { readonly promptTokens: number; readonly generatedTokens: number } | null };

/**
 * An engine that is asked in text and answers in text, with its own tokenizer and template: any server with the OpenAI HTTP API. What is measured over it are the times at
 * which pieces arrive, the way between included.
 */
export interface ChatEngine {
  /** @throws engine.*, the signal's reason */
  models(address: EngineAddress, signal: AbortSignal): Promise<readonly string[]>;
  /** Leaving the loop, or aborting, closes the connection. @throws engine.*, the signal's reason */
  complete(address: EngineAddress, request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void>;
}
