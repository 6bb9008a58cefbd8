import { type CompareEvent, type Contestant, type Side, SIDES, type Vote } from "../../../shared/schemas/comparison.ts";
import type { ChatMessage, GenerateEvent } from "../../../shared/schemas/generation.ts";

export type Mode = "one" | "two" | "blind";
type Pace = Extract<GenerateEvent, { kind: "pace" }>;
type End = Extract<GenerateEvent, { kind: "end" }>;

/*
 * waiting → (loading → preparing*) → prefill* → answering → done | stopped | failed
 */
export type AnswerState =
  | { readonly kind: "waiting" | "loading" | "answering" | "done" | "stopped" }
  | { readonly kind: "preparing"; readonly step: string; readonly done: number; readonly total: number }
  | { readonly kind: "prefill"; readonly done: number; readonly total: number }
  | { readonly kind: "failed"; readonly error: unknown };

export interface Answer {
  readonly text: string;
  readonly state: AnswerState;
  readonly pace: Pace | null;
  readonly end: End | null;
  /** Of a blind answer, told after the vote. */
  readonly figures: Vote["figures"][Side] | null;
}

/** One prompt and what was answered. Who answered stays with it: contestants may be changed before the next one. */
export interface Exchange {
  readonly id: number;
  readonly mode: Mode;
  readonly prompt: string;
  /** References as they were asked; of a blind exchange not in the order of the sides. */
  readonly asked: readonly string[];
  readonly answers: readonly Answer[];
  /** Who sits where; null until that is told. One: the one asked. */
  readonly seated: readonly Contestant[] | null;
  readonly comparison: string | null;
  readonly vote: Vote | null;
}

const NO_ANSWER: Answer = { text: "", state: { kind: "waiting" }, pace: null, end: null, figures: null };

export function newExchange(id: number, mode: Mode, prompt: string, asked: readonly string[]): Exchange {
  return { id, mode, prompt, asked, answers: asked.map(() => NO_ANSWER), seated: null, comparison: null, vote: null };
}

export function isOver({ answers }: Exchange): boolean {
  return answers.every(({ state: { kind } }) => kind === "done" || kind === "stopped" || kind === "failed");
}

/** A blind exchange that ran to its end, and waits. */
export function isVotable(exchange: Exchange): boolean {
  return exchange.mode === "blind" && exchange.comparison !== null && exchange.vote === null && exchange.seated === null && exchange.answers.every(({ state }) => state.kind === "done");
}

/** What one contestant has heard and said so far. An exchange that it did not finish is left out with its question, so that the roles keep taking turns; so are blind ones. */
export function historyOf(exchanges: readonly Exchange[], reference: string, place: number): ChatMessage[] {
  return exchanges.flatMap(({ mode, asked, answers, prompt }) => {
    if (mode === "blind") return [];
    const at = asked[place] === reference ? place : asked.indexOf(reference);
    const answer = answers[at];
    return answer?.state.kind === "done" ? [{ role: "user" as const, content: prompt }, { role: "assistant" as const, content: answer.text }] : [];
  });
}

export function afterGenerateEvent(answer: Answer, event: GenerateEvent): Answer {
  switch (event.kind) {
    case "preparing":
      return { ...answer, state: { kind: "preparing", step: event.step, done: event.done, total: event.total } };
    case "loaded":
      return { ...answer, state: { kind: "waiting" } };
    case "prefill":
      return { ...answer, state: { kind: "prefill", done: event.done, total: event.total } };
    case "text":
      return { ...answer, text: answer.text + event.text, state: { kind: "answering" } };
    case "pace":
      return { ...answer, pace: event };
    case "end":
      return { ...answer, end: event, state: { kind: "done" } };
    default:
      return event satisfies never;
  }
}

const PLACES: Readonly<Record<Side, number>> = { left: 0, right: 1 };

export function afterCompareEvent(exchange: Exchange, event: CompareEvent): Exchange {
  switch (event.kind) {
    case "seated":
      return { ...exchange, comparison: event.comparison, seated: event.contestants };
    case "side":
      return withAnswer(exchange, PLACES[event.side], (answer) => afterGenerateEvent(answer, event.event));
    case "failed":
      return withAnswer(exchange, PLACES[event.side], (answer) => ({ ...answer, state: { kind: "failed", error: { data: event.error } } }));
    case "over":
      // Blind, nothing but this says that both have ended; after a failure of the other, one was cut short.
      return { ...exchange, seated: event.contestants, answers: exchange.answers.map((answer) => (answer.state.kind === "failed" || answer.state.kind === "done" ? answer : { ...answer, state: { kind: event.contestants === null ? "done" : "stopped" } })) };
    default:
      return event satisfies never;
  }
}

export function withAnswer(exchange: Exchange, place: number, change: (answer: Answer) => Answer): Exchange {
  return { ...exchange, answers: exchange.answers.map((answer, at) => (at === place ? change(answer) : answer)) };
}

/** The vote opens what was hidden. */
export function afterVote(exchange: Exchange, vote: Vote): Exchange {
  return { ...exchange, vote, seated: [vote.left, vote.right], answers: exchange.answers.map((answer, place) => ({ ...answer, figures: vote.figures[SIDES[place] ?? "left"] })) };
}

/** The stream ended before its answers did: by Stop, or by a failure of the whole. */
export function cutShort(exchange: Exchange, state: AnswerState): Exchange {
  return { ...exchange, answers: exchange.answers.map((answer) => (answer.state.kind === "done" || answer.state.kind === "failed" ? answer : { ...answer, state })) };
}
