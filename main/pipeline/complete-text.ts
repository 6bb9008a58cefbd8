import type { CompletionEvent, CompletionRequest, ScoredToken } from "../domain/completion.ts";
import type { Engine, GenerateTokens, TokenLogprob } from "../domain/engine.ts";
import { AnswerText, codePoints, scoredToken } from "./answer-text.ts";
import type { TokenTexts } from "../runtime/token-texts.ts";
import { encodePrompt, type TextModel } from "./text-model.ts";

type EndReason = Extract<CompletionEvent, { kind: "end" }>["reason"];

/**
 * One sequence through a loaded engine: prompt → tokens → text that may be shown.
 * @throws runtime.promptEmpty, runtime.contextExceeded, runtime.cacheExceeded, runtime.tokenOutOfRange, runtime.noChatTemplate, runtime.templateFailed
 */
export async function* completeText(engine: Engine, model: TextModel, request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent, void> {
  const promptIds = await encodePrompt(model, request.prompt);
  const echoed = request.echo === true ? promptText(model, request, promptIds) : "";
  const texts = typeof request.topLogprobs === "number" ? await model.tokenTexts() : null;
  const answer = new AnswerText(model.tokenizer, texts, request.stop, codePoints(echoed));
  const endIds = new Set(model.package.manifest.spec.eosTokenIds);
  const isEndListed = request.ignoreEnd !== true && request.listEndToken === true && typeof request.topLogprobs === "number";
  const promptLogprobs: (TokenLogprob | undefined)[] = [];
  let prefilled = request.echo !== true;
  let reason: EndReason = "length";
  let generatedTokens = 0;
  let cachedTokens = 0;

  for await (const event of engine.generate(engineRequest(model, request, promptIds, isEndListed), signal)) {
    if (event.kind === "prefill") {
      cachedTokens = event.cachedTokens;
      yield { kind: "prefill", done: event.done, total: event.total };
    } else if (event.kind === "promptLogprobs") event.logprobs.forEach((logprob, at) => { promptLogprobs[event.start + at] = logprob; });
    else if (event.kind === "end") {
      if (reason !== "eos") reason = event.reason;
    } else {
      if (!prefilled) yield echo(echoed, promptIds, promptLogprobs, model, texts);
      prefilled = true;
      generatedTokens++;
      yield { kind: "token", id: event.id, ms: event.ms };
      if (isEndListed && endIds.has(event.id)) {
        answer.pushEnd(event.id, event.logprob);
        reason = "eos";
        break;
      }
      const piece = answer.push(event.id, event.logprob);
      if (piece.text !== "" || piece.tokens.length > 0) yield { kind: "text", ...piece };
      if (answer.stopped) break;
    }
  }
  if (!prefilled) yield echo(echoed, promptIds, promptLogprobs, model, texts);
  const rest = answer.finish();
  if (rest.text !== "" || rest.tokens.length > 0) yield { kind: "text", ...rest };
  yield { kind: "end", reason: answer.stopped ? "stop" : reason, promptTokens: promptIds.length, generatedTokens, cachedTokens };
}

function engineRequest(model: TextModel, request: CompletionRequest, promptIds: readonly number[], isEndListed: boolean): GenerateTokens {
  const { maxTokens, sampling, topLogprobs = null, constraint = null } = request;
  return {
    promptIds, maxTokens, sampling, constraint, topLogprobs, promptLogprobs: request.echo === true && topLogprobs !== null,
    // An engine does not yield the token it stops at; where that token is wanted, the stop is made here.
    stopTokenIds: isEndListed || request.ignoreEnd === true ? [] : model.package.manifest.spec.eosTokenIds,
  };
}

function promptText({ tokenizer }: TextModel, { prompt }: CompletionRequest, promptIds: readonly number[]): string {
  return prompt.kind === "text" ? prompt.text : tokenizer.decode(promptIds);
}

/** The prompt as the first piece of the answer. */
function echo(text: string, promptIds: readonly number[], logprobs: readonly (TokenLogprob | undefined)[], { tokenizer }: TextModel, texts: TokenTexts | null): CompletionEvent {
  if (texts === null) return { kind: "prompt", text, tokens: [] };
  const decoder = tokenizer.createDecoder();
  let offset = 0;
  const tokens = promptIds.map((id, place): ScoredToken => {
    const token = scoredToken(texts, id, (place === 0 ? null : logprobs[place]) ?? null, offset);
    offset += codePoints(decoder.push(id));
    return token;
  });
  return { kind: "prompt", text, tokens };
}
