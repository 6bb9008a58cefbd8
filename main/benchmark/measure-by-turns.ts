import type { ComparedRun } from "../../shared/schemas/report.ts";
import type { OnProgress } from "../domain/progress.ts";
import { speedOf } from "./pair-differences.ts";

/** What one answer took. */
export type Answered = Omit<ComparedRun, "round" | "prompt">;

/** A contestant as it is measured, whoever stands behind it. */
export interface Measured {
  /** Loads what must be loaded; nothing to do where it is. */
  open(signal: AbortSignal): Promise<void>;
  /** @param round 0: to warm up */
  ask(place: { readonly round: number; readonly prompt: number }, signal: AbortSignal): Promise<Answered>;
  /** Gives its memory back; open may follow. */
  close(): Promise<void>;
}

export interface Turns {
  readonly contestants: readonly Measured[];
  /** Of each round (drawOrder). */
  readonly orders: readonly (readonly number[])[];
  readonly prompts: number;
  /** reloaded: only one contestant is open at a time. */
  readonly residency: "kept" | "reloaded";
  /** Whole rounds that an interrupted measurement left, by contestant. */
  readonly earlier: readonly (readonly ComparedRun[])[];
  /** After each whole round: what stands so far. */
  readonly onRound: (runs: readonly (readonly ComparedRun[])[]) => Promise<void>;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/**
 * Asks every contestant every prompt in every round. Kept: by turns at each prompt. Reloaded: each answers the whole round in its turn, behind a prompt to warm up.
 * @returns runs by contestant
 */
export async function measureByTurns(turns: Turns): Promise<readonly (readonly ComparedRun[])[]> {
  const { contestants, orders, prompts, residency, earlier, onRound, onProgress, signal } = turns;
  const runs = contestants.map((_, place): ComparedRun[] => [...(earlier[place] ?? [])]);
  const total = contestants.length * orders.length * prompts;
  const run = async (place: number, round: number, prompt: number): Promise<void> => {
    signal.throwIfAborted();
    runs[place]?.push({ round, prompt, ...(await (contestants[place] as Measured).ask({ round, prompt }, signal)) });
    onProgress({ step: "measure", done: runs.reduce((sum, { length }) => sum + length, 0), total, unit: "runs", lines: runs.map((line) => line.map((one) => Math.round((speedOf(one, "characters") ?? 0) * 100) / 100)) });
  };
  const warm = async (contestant: Measured): Promise<void> => {
    await contestant.open(signal);
    await contestant.ask({ round: 0, prompt: 1 }, signal);
  };
  try {
    if (residency === "kept") for (const contestant of contestants) await warm(contestant);
    for (const [index, order] of orders.entries()) {
      const round = index + 1;
      if (runs.every((line) => line.some((one) => one.round === round))) continue;
      if (residency === "kept") {
        for (let prompt = 1; prompt <= prompts; prompt++) for (const place of order) await run(place, round, prompt);
      } else {
        for (const place of order) {
          const contestant = contestants[place] as Measured;
          await warm(contestant);
          for (let prompt = 1; prompt <= prompts; prompt++) await run(place, round, prompt);
          await contestant.close();
        }
      }
      await onRound(runs);
    }
  } finally {
    for (const contestant of contestants) await contestant.close();
  }
  return runs;
}
