import { useSyncExternalStore } from "react";
import type { Vote, VoteChoice } from "../../../shared/schemas/comparison.ts";
import type { Client } from "../../client.ts";
import { afterCompareEvent, afterGenerateEvent, afterVote, cutShort, type Exchange, historyOf, isOver, type Mode, newExchange, withAnswer } from "./conversation.ts";

export interface PlaygroundSettings {
  readonly system: string;
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** null: drawn by the system. */
  readonly seed: number | null;
}

export interface PlaygroundState {
  readonly mode: Mode;
  /** First and second; null where nothing is chosen. */
  readonly contestants: readonly [string | null, string | null];
  readonly settings: PlaygroundSettings;
  readonly draft: string;
  readonly exchanges: readonly Exchange[];
}

const FRESH: PlaygroundState = { mode: "one", contestants: [null, null], settings: { system: "", temperature: 0, topP: 1, maxTokens: 256, seed: null }, draft: "", exchanges: [] };

/** Kept outside of the pages: answers go on arriving while another page is looked at. */
let state = FRESH;
let running: AbortController | null = null;
let exchangesMade = 0;
const listeners = new Set<() => void>();

export function usePlayground(): PlaygroundState {
  return useSyncExternalStore(subscribe, () => state);
}

export function playgroundNow(): PlaygroundState {
  return state;
}

export function changePlayground(change: Partial<PlaygroundState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

export function newConversation(): void {
  running?.abort();
  running = null;
  changePlayground({ exchanges: [] });
}

export function stopAnswer(): void {
  running?.abort();
}

/** Those who are asked, as the mode has it; null where one is missing, or where a blind comparison would be of one with itself. */
export function chosenContestants({ mode, contestants: [first, second] }: PlaygroundState): readonly [string] | readonly [string, string] | null {
  if (first === null) return null;
  if (mode === "one") return [first];
  return second === null || (mode === "blind" && first === second) ? null : [first, second];
}

/** Puts a prompt to whoever is chosen, and follows the answers. One at a time: a second waits until the first is over. */
export async function ask(client: Client, prompt: string): Promise<void> {
  const asked = chosenContestants(state);
  if (asked === null || running !== null || prompt.trim() === "") return;
  const stop = new AbortController();
  running = stop;
  const { mode, settings: { system, temperature, topP, maxTokens, seed }, exchanges } = state;
  const exchange = newExchange(exchangesMade++, mode, prompt, asked);
  changePlayground({ exchanges: [...exchanges, cutShort(exchange, { kind: "loading" })] });
  const shown = follow(exchange.id);
  const sampling = { temperature, topP, ...(seed === null ? {} : { seed }) };
  const messagesOf = (reference: string, place: number) => [
    ...(system.trim() === "" ? [] : [{ role: "system" as const, content: system }]), ...(mode === "blind" ? [] : historyOf(exchanges, reference, place)), { role: "user" as const, content: prompt },
  ];
  try {
    if (asked.length === 1) {
      for await (const event of await client.run.generate({ model: asked[0], messages: messagesOf(asked[0], 0), maxTokens, sampling }, { signal: stop.signal })) shown.add((known) => withAnswer(known, 0, (answer) => afterGenerateEvent(answer, event)));
    } else {
      const contestants = [{ model: asked[0], messages: messagesOf(asked[0], 0) }, { model: asked[1], messages: messagesOf(asked[1], 1) }] as const;
      for await (const event of await client.run.compare({ contestants: [...contestants], maxTokens, sampling, blind: mode === "blind" }, { signal: stop.signal })) shown.add((known) => afterCompareEvent(known, event));
    }
    shown.add((known) => cutShort(known, { kind: "stopped" }));
  } catch (error) {
    shown.add((known) => cutShort(known, stop.signal.aborted ? { kind: "stopped" } : { kind: "failed", error }));
  } finally {
    if (running === stop) running = null;
    shown.flush();
  }
}

/** Twenty-five times a second is as fluent as an eye sees; a small model makes a thousand tokens in that time, and a page drawn for each would lag behind for seconds. */
const DRAW_EVERY_MS = 40;

/** Changes of one exchange, gathered between two drawings. */
function follow(id: number): { readonly add: (change: (exchange: Exchange) => Exchange) => void; readonly flush: () => void } {
  let waiting: ((exchange: Exchange) => Exchange)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const changes = waiting;
    waiting = [];
    changePlayground({ exchanges: state.exchanges.map((known) => (known.id === id ? changes.reduce((exchange, change) => change(exchange), known) : known)) });
  };
  return {
    add: (change) => {
      waiting.push(change);
      timer ??= setTimeout(flush, DRAW_EVERY_MS);
    },
    flush,
  };
}

/** The last prompt once more, in place of what came of it. */
export async function askAgain(client: Client): Promise<void> {
  const last = state.exchanges.at(-1);
  if (last === undefined || !isOver(last)) return;
  changePlayground({ exchanges: state.exchanges.slice(0, -1), mode: last.mode, contestants: [last.asked[0] ?? null, last.asked[1] ?? state.contestants[1]] });
  await ask(client, last.prompt);
}

export async function castVote(client: Client, exchange: Exchange, choice: VoteChoice): Promise<Vote> {
  const vote = await client.vote.cast({ comparison: exchange.comparison ?? "", choice });
  changePlayground({ exchanges: state.exchanges.map((known) => (known.id === exchange.id ? afterVote(known, vote) : known)) });
  return vote;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
