import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { GenerateEvent, GenerateRequest } from "../../shared/schemas/generation.ts";
import type { Engine, TokenEvent } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import { renderChat } from "../runtime/chat-template.ts";
import { StopStrings } from "../runtime/stop-strings.ts";
import { loadTokenizer, type Tokenizer } from "../runtime/tokenizer.ts";

/** DeepSeek R1's template is 3 KB, the longest known 30 KB. */
const MAX_TEMPLATE_BYTES = 2 ** 20;

export interface TextGeneration {
  readonly files: Files;
  readonly signal: AbortSignal;
  readonly threads: number;
  createEngine(model: ModelPackage, options: { readonly threads: number }): Engine;
}

/**
 * Prompt or messages → text, streamed; the engine is unloaded at the end, however it comes.
 * @throws runtime.noTokenizer, runtime.noChatTemplate, runtime.templateFailed, runtime.contextExceeded
 */
export async function* generateText(generation: TextGeneration, request: GenerateRequest & { readonly package: ModelPackage }): AsyncGenerator<GenerateEvent, void> {
  const { files, signal } = generation;
  const model = request.package;
  const tokenizer = await loadTokenizer(files, model.directory);
  const promptIds = await encodePrompt(files, model, tokenizer, request);
  const engine = generation.createEngine(model, { threads: request.threads ?? generation.threads });
  try {
    const { loadMs } = await engine.load(signal);
    yield { kind: "loaded", loadMs };
    yield* answer(engine, tokenizer, model, promptIds, request, signal);
  } finally {
    await engine.unload();
  }
}

async function* answer(
  engine: Engine, tokenizer: Tokenizer, model: ModelPackage, promptIds: readonly number[], request: GenerateRequest, signal: AbortSignal,
): AsyncGenerator<GenerateEvent, void> {
  const decoder = tokenizer.createDecoder();
  const stop = new StopStrings(request.stop);
  const tokenIds: number[] = [];
  const gaps: number[] = [];
  let reason: Extract<GenerateEvent, { kind: "end" }>["reason"] = "length";
  const events = engine.generate({ promptIds, maxTokens: request.maxTokens, sampling: request.sampling, stopTokenIds: model.manifest.spec.eosTokenIds }, signal);
  for await (const event of events as AsyncIterable<TokenEvent>) {
    if (event.kind === "prefill") {
      yield event;
    } else if (event.kind === "token") {
      tokenIds.push(event.id);
      gaps.push(event.ms);
      const { text, stopped } = stop.push(decoder.push(event.id));
      if (text !== "") yield { kind: "text", text };
      if (stopped) {
        reason = "stop";
        break;
      }
    } else {
      reason = event.reason;
    }
  }
  if (reason !== "stop") {
    const rest = stop.push(decoder.flush());
    const text = rest.text + (rest.stopped ? "" : stop.flush());
    if (text !== "") yield { kind: "text", text };
    if (rest.stopped) reason = "stop";
  }
  const decodeMs = gaps.slice(1).reduce((sum, ms) => sum + ms, 0);
  yield {
    kind: "end", reason, promptTokens: promptIds.length, generatedTokens: tokenIds.length, tokenIds, timeToFirstTokenMs: gaps[0] ?? 0,
    decodeTokensPerSecond: decodeMs > 0 ? ((gaps.length - 1) / decodeMs) * 1000 : null,
  };
}

/** A plain prompt gets the tokenizer's own beginning-of-text; a chat template writes its own. */
async function encodePrompt(files: Files, model: ModelPackage, tokenizer: Tokenizer, request: GenerateRequest): Promise<number[]> {
  if ((request.prompt === undefined) === (request.messages === undefined)) throw new WorkbenchError("usage.invalid", { reason: "give either a prompt or messages" });
  if (request.prompt !== undefined) {
    const { bosTokenId } = model.manifest.spec;
    const ids = tokenizer.encode(request.prompt, { addSpecialTokens: true });
    return bosTokenId !== null && ids[0] !== bosTokenId ? [bosTokenId, ...ids] : ids;
  }
  const file = path.join(model.directory, PACKAGE_FILES.chatTemplate);
  if ((await files.status(file)) === undefined) throw new WorkbenchError("runtime.noChatTemplate", { model: model.manifest.name });
  const template = new TextDecoder().decode(await files.readAll(file, MAX_TEMPLATE_BYTES));
  const text = await renderChat({ template, model: model.manifest.name, bosToken: tokenizer.bosToken, eosToken: tokenizer.eosToken, messages: request.messages ?? [], addGenerationPrompt: true });
  return tokenizer.encode(text, { addSpecialTokens: false });
}
