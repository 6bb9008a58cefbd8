import { WorkbenchError } from "../../shared/errors.ts";
import type { Answered, Measured } from "../benchmark/measure-by-turns.ts";
import type { Engine, EngineDescription, EngineMemory } from "../domain/engine.ts";
import type { ComparisonPrompts } from "./comparison-prompts.ts";
import type { JobContext } from "./job-context.ts";
import { encodePrompt, type TextModel } from "./text-model.ts";

const GREEDY = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

/** A package that is measured by turns with others: the engine's own times, tokenisation excluded. */
export class MeasuredPackage implements Measured {
  readonly #context: Pick<JobContext, "clock" | "createEngine" | "onProgress">;
  readonly #model: TextModel;
  readonly #threads: number;
  readonly #prompts: ComparisonPrompts;
  #engine: Engine | null = null;
  #known: { readonly loadMs: number; readonly description: EngineDescription } | null = null;
  #memory: EngineMemory = { privateBytes: null, peakResidentBytes: null };

  constructor(context: Pick<JobContext, "clock" | "createEngine" | "onProgress">, { model, threads, prompts }: { readonly model: TextModel; readonly threads: number; readonly prompts: ComparisonPrompts }) {
    this.#context = context;
    this.#model = model;
    this.#threads = threads;
    this.#prompts = prompts;
  }

  /** Of the first load, and of the memory as it was at the end; null before. */
  get described(): ({ readonly loadMs: number; readonly description: EngineDescription } & EngineMemory) | null {
    return this.#known === null ? null : { ...this.#known, ...this.#memory };
  }

  async open(signal: AbortSignal): Promise<void> {
    if (this.#engine !== null) return;
    const engine = this.#context.createEngine(this.#model.package, { threads: this.#threads });
    this.#engine = engine;
    const { loadMs } = await engine.load(signal, this.#context.onProgress);
    this.#known ??= { loadMs, description: engine.describe() };
  }

  /** Before anything is loaded: a prompt that is too long is known by its tokens. @throws runtime.contextExceeded */
  async requireRoom(place: { readonly round: number; readonly prompt: number }): Promise<void> {
    const { prompt, maxTokens } = this.#prompts.at(place);
    const neededTokens = (await encodePrompt(this.#model, prompt)).length + maxTokens;
    const limitTokens = this.#model.package.manifest.spec.maxPositions;
    if (neededTokens > limitTokens) throw new WorkbenchError("runtime.contextExceeded", { neededTokens, limitTokens });
  }

  async ask(place: { readonly round: number; readonly prompt: number }, signal: AbortSignal): Promise<Answered> {
    const engine = this.#engine as Engine;
    const { prompt, maxTokens } = this.#prompts.at(place);
    const promptIds = await encodePrompt(this.#model, prompt);
    if (!this.#prompts.keepsBeginnings) await engine.reset();
    const ids: number[] = [];
    let firstTokenMs: number | null = null;
    let totalMs = 0;
    const stopTokenIds = this.#prompts.ignoreEnd ? [] : this.#model.package.manifest.spec.eosTokenIds;
    const startedMs = this.#context.clock.ticks();
    for await (const event of engine.generate({ promptIds, maxTokens, sampling: GREEDY, stopTokenIds }, signal)) {
      if (event.kind !== "token") continue;
      firstTokenMs ??= event.ms;
      totalMs += event.ms;
      ids.push(event.id);
    }
    return { firstTokenMs, totalMs: ids.length === 0 ? this.#context.clock.ticks() - startedMs : totalMs, promptTokens: promptIds.length, generatedTokens: ids.length, characters: [...this.#model.tokenizer.decode(ids)].length };
  }

  async close(): Promise<void> {
    const engine = this.#engine;
    if (engine === null) return;
    this.#engine = null;
    // An engine that has died has no memory to tell of, and the error that tells of its death is on its way.
    this.#memory = await engine.memory().catch(() => this.#memory);
    await engine.unload();
  }
}
