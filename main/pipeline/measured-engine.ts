import type { TokenCount } from "../../shared/schemas/generation.ts";
import type { Answered, Measured } from "../benchmark/measure-by-turns.ts";
import type { ChatEngine, EngineAddress } from "../domain/chat-engine.ts";
import type { Clock } from "../domain/clock.ts";
import type { ComparisonPrompts } from "./comparison-prompts.ts";

export interface EngineElsewhere {
  readonly engine: ChatEngine;
  readonly address: EngineAddress;
  /** What the server calls it. */
  readonly model: string;
}

/** An engine elsewhere that is measured by turns with others: the times at which its pieces arrive here, the way between included. */
export class MeasuredEngine implements Measured {
  readonly #clock: Clock;
  readonly #elsewhere: EngineElsewhere;
  readonly #prompts: ComparisonPrompts;
  #countedBy: TokenCount = "usage";

  constructor(clock: Clock, elsewhere: EngineElsewhere, prompts: ComparisonPrompts) {
    this.#clock = clock;
    this.#elsewhere = elsewhere;
    this.#prompts = prompts;
  }

  /** "pieces" as soon as one answer came without usage. */
  get countedBy(): TokenCount {
    return this.#countedBy;
  }

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  async ask(place: { readonly round: number; readonly prompt: number }, signal: AbortSignal): Promise<Answered> {
    const { engine, address, model } = this.#elsewhere;
    const { prompt, maxTokens } = this.#prompts.at(place);
    const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
    const startedMs = this.#clock.ticks();
    let firstTokenMs: number | null = null;
    let totalMs = 0;
    let pieces = 0;
    let characters = 0;
    let usage: { readonly promptTokens: number; readonly generatedTokens: number } | null = null;
    for await (const event of engine.complete(address, { model, prompt, maxTokens, sampling, stop: [], ignoreEnd: this.#prompts.ignoreEnd }, signal)) {
      if (event.kind === "end") {
        usage = event.usage;
        continue;
      }
      firstTokenMs ??= event.ms;
      totalMs += event.ms;
      pieces++;
      characters += [...event.text].length;
    }
    if (usage === null) this.#countedBy = "pieces";
    return { firstTokenMs, totalMs: pieces === 0 ? this.#clock.ticks() - startedMs : totalMs, promptTokens: usage?.promptTokens ?? null, generatedTokens: usage?.generatedTokens ?? pieces, characters };
  }
}
