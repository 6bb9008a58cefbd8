import { WorkbenchError } from "../../shared/errors.ts";
import type { CompletionEvent, CompletionRequest } from "../domain/completion.ts";
import type { EngineCache } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import type { OnProgress } from "../domain/progress.ts";
import { completeText } from "../pipeline/complete-text.ts";
import { openTextModel, type TextModel } from "../pipeline/text-model.ts";
import type { EnginePool } from "./engine-pool.ts";
import { createSequencePlaces } from "./sequence-places.ts";
import type { ServedModel, ServedModels } from "./served-models.ts";

/** Models whose tokenizers stay in memory: one engine is loaded at a time, so more than a few are not in use. */
const KEPT_TEXT_MODELS = 4;
/** A retry sooner finds the same queue, one later wastes the machine. */
const RETRY_SECONDS = { least: 1, most: 60, untilKnown: 2 } as const;

/** What a server that completes text for many callers needs of the workbench. */
export interface CompletionService {
  models(): Promise<readonly ServedModel[]>;
  /** @throws store.notFound */
  open(model: string): Promise<ModelPackage>;
  /** Room for one more request, until the returned function is called. @throws server.queueFull */
  admit(): () => void;
  /** One sequence: waits for a place, loads the model if need be, streams. Leaving the loop or aborting frees everything it held. */
  complete(model: ModelPackage, request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent, void>;
  /** Loads a model before anybody asks. @param onProgress of what must be made before a first load */
  warm(model: ModelPackage, signal: AbortSignal, onProgress: OnProgress): Promise<void>;
  readonly isFull: () => boolean;
  readonly activeRequests: () => number;
  state(): Promise<ServiceState>;
}

export interface ServiceState {
  /** Requests that were let in, and how many sequences of theirs run or wait for a place. */
  readonly requests: number;
  readonly runningSequences: number;
  readonly waitingSequences: number;
  /** Of the engine that is loaded; null when none is. */
  readonly cache: EngineCache | null;
}

export interface CompletionServiceOptions {
  readonly files: Files;
  readonly engines: EnginePool;
  readonly models: ServedModels;
  readonly threads: number;
  readonly maxSequences: number;
  /** Requests let in beyond those that fill the places. */
  readonly maxQueue: number;
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
}

export function createCompletionService(options: CompletionServiceOptions): CompletionService {
  const { files, engines, models, threads, maxSequences, maxQueue, ticks } = options;
  const places = createSequencePlaces(maxSequences);
  const texts = createTextModels(files);
  let requests = 0;
  /** Moving average of how long a sequence holds its place. */
  let sequenceMs: number | null = null;

  const retryAfterSeconds = (): number => {
    const expected = sequenceMs === null ? RETRY_SECONDS.untilKnown : Math.ceil((sequenceMs * (places.waiting + 1)) / maxSequences / 1000);
    return Math.min(Math.max(expected, RETRY_SECONDS.least), RETRY_SECONDS.most);
  };

  async function* complete(model: ModelPackage, request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent, void> {
    const leave = await places.take(signal);
    const startedMs = ticks();
    const engine = engines.borrow(model, { threads });
    try {
      const text = await texts(model);
      await engine.load(signal);
      yield* completeText(engine, text, request, signal);
      const heldMs = ticks() - startedMs;
      sequenceMs = sequenceMs === null ? heldMs : sequenceMs * 0.8 + heldMs * 0.2;
    } finally {
      await engine.unload();
      leave();
    }
  }

  return {
    models: () => models.list(),
    open: (model) => models.open(model),
    admit: () => {
      if (requests >= maxSequences + maxQueue) throw new WorkbenchError("server.queueFull", { waiting: Math.max(0, requests - maxSequences), limit: maxQueue, retryAfterSeconds: retryAfterSeconds() });
      requests++;
      let isOver = false;
      return () => {
        if (!isOver) requests--;
        isOver = true;
      };
    },
    complete,
    warm: async (model, signal, onProgress) => {
      const engine = engines.borrow(model, { threads });
      await Promise.all([texts(model), engine.load(signal, onProgress)]).finally(() => engine.unload());
    },
    isFull: () => requests >= maxSequences + maxQueue,
    activeRequests: () => requests,
    state: async () => ({ requests, runningSequences: places.running, waitingSequences: places.waiting, cache: await cacheOf(engines) }),
  };
}

/** An engine that is just leaving has no figures. */
async function cacheOf(engines: EnginePool): Promise<EngineCache | null> {
  try {
    return (await engines.loaded()?.cache()) ?? null;
  } catch {
    return null;
  }
}

/** Tokenizers, the least recently used forgotten first. A failure is not remembered: the file may be repaired. */
function createTextModels(files: Files): (model: ModelPackage) => Promise<TextModel> {
  const kept = new Map<string, Promise<TextModel>>();
  return (model) => {
    const key = `${model.digest} ${model.directory}`;
    const text = kept.get(key) ?? openTextModel(files, model);
    kept.delete(key);
    kept.set(key, text);
    text.catch(() => kept.delete(key));
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_TEXT_MODELS) break;
      kept.delete(oldest);
    }
    return text;
  };
}
