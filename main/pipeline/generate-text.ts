import { WorkbenchError } from "../../shared/errors.ts";
import type { GenerateEvent, GenerateRequest } from "../../shared/schemas/generation.ts";
import type { Engine } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import type { Progress } from "../domain/progress.ts";
import { completeText } from "./complete-text.ts";
import { promptOf } from "./generation-prompt.ts";
import { openTextModel } from "./text-model.ts";
import { TokenPace } from "./token-pace.ts";

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
  const prompt = promptOf(request);
  const model = await openTextModel(files, request.package);
  if (prompt.kind === "chat" && model.chatTemplate === null) throw new WorkbenchError("runtime.noChatTemplate", { model: request.package.manifest.name });
  const engine = generation.createEngine(request.package, { threads: request.threads ?? generation.threads });
  const { maxTokens, sampling, stop } = request;
  const tokenIds: number[] = [];
  const pace = new TokenPace();
  try {
    const { loadMs } = yield* loadShowing(engine, signal);
    yield { kind: "loaded", loadMs };
    for await (const event of completeText(engine, model, { prompt, maxTokens, sampling, stop }, signal)) {
      if (event.kind === "prefill") yield event;
      else if (event.kind === "text") yield { kind: "text", text: event.text };
      else if (event.kind === "token") {
        tokenIds.push(event.id);
        const told = pace.add(event.ms);
        if (told !== null) yield told;
      } else if (event.kind === "end") {
        const { reason, promptTokens, generatedTokens } = event;
        yield { kind: "end", reason, promptTokens, generatedTokens, countedBy: "engine", tokenIds, timeToFirstTokenMs: pace.timeToFirstTokenMs, decodeTokensPerSecond: pace.tokensPerSecond() };
      }
    }
  } finally {
    await engine.unload();
  }
}

/** Loads, and tells of what must be made first. */
async function* loadShowing(engine: Engine, signal: AbortSignal): AsyncGenerator<GenerateEvent, { readonly loadMs: number }> {
  const events: Progress[] = [];
  let wake = (): void => {};
  let loaded = false;
  const loading = engine.load(signal, (progress) => {
    events.push(progress);
    wake();
  }).finally(() => {
    loaded = true;
    wake();
  });
  // Its failure is thrown below.
  loading.catch(() => {});
  for (;;) {
    const event = events.shift();
    if (event !== undefined) yield { kind: "preparing", step: event.step, done: event.done, total: event.total };
    else if (loaded) return loading;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
