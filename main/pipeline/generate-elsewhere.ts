import type { GenerateEvent, GenerateRequest } from "../../shared/schemas/generation.ts";
import type { ChatEngine, EngineAddress } from "../domain/chat-engine.ts";
import { promptOf } from "./generation-prompt.ts";
import { TokenPace } from "./token-pace.ts";

export interface GenerationElsewhere {
  readonly engine: ChatEngine;
  readonly address: EngineAddress;
  /** What the server calls the model. */
  readonly model: string;
  readonly signal: AbortSignal;
}

/**
 * Prompt or messages → text, from an engine elsewhere; the same events as of a package. Thoughts that the server keeps apart stand in <think> … </think>, as reasoning models
 * write them themselves.
 * @throws engine.*, usage.invalid
 */
export async function* generateElsewhere({ engine, address, model, signal }: GenerationElsewhere, request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
  const { maxTokens, sampling, stop } = request;
  const pace = new TokenPace();
  let isThinking = false;
  for await (const event of engine.complete(address, { model, prompt: promptOf(request), maxTokens, sampling, stop }, signal)) {
    if (event.kind === "piece") {
      const told = pace.add(event.ms);
      const turn = event.isThought === isThinking ? "" : event.isThought ? "<think>" : "</think>\n";
      isThinking = event.isThought;
      yield { kind: "text", text: turn + event.text };
      if (told !== null) yield told;
    } else {
      if (isThinking) yield { kind: "text", text: "</think>" };
      const generatedTokens = event.usage?.generatedTokens ?? pace.count;
      yield {
        kind: "end", reason: endOf(event.reason, stop), promptTokens: event.usage?.promptTokens ?? null, generatedTokens, countedBy: event.usage === null ? "pieces" : "usage",
        tokenIds: [], timeToFirstTokenMs: pace.timeToFirstTokenMs, decodeTokensPerSecond: pace.tokensPerSecond(generatedTokens),
      };
    }
  }
}

/** Servers say "stop" for the end of text and for a stop string alike. */
function endOf(reason: "ended" | "length" | "other", stop: readonly string[]): Extract<GenerateEvent, { kind: "end" }>["reason"] {
  return reason === "ended" ? (stop.length > 0 ? "stop" : "eos") : reason;
}
