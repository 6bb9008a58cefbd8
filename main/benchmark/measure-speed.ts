import type { SpeedReport } from "../../shared/schemas/report.ts";
import type { Engine } from "../domain/engine.ts";
import type { OnProgress } from "../domain/progress.ts";
import { distribution, percentiles } from "../domain/statistics.ts";

export interface SpeedMeasurement {
  /** Loaded. */
  readonly engine: Engine;
  /** The prompt of a run; different runs get different ones. */
  readonly promptOf: (run: number) => readonly number[];
  /** At least 2: the first belongs to prefill. */
  readonly generateTokens: number;
  readonly runs: number;
  readonly warmupRuns: number;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

type Measured = Pick<SpeedReport, "timeToFirstTokenMs" | "prefillTokensPerSecond" | "decodeTokensPerSecond" | "interTokenMs" | "privateBytes" | "peakResidentBytes">;

/**
 * Runs the workload `warmupRuns` + `runs` times, each behind an empty cache, and reports the latter. Definitions (shared/schemas/report.ts): TTFT from
 * handing over the prompt to the first token; prefill = prompt / TTFT; decode = (generated − 1) / time after the first token. Nothing ends a
 * run early: end tokens are generated through.
 */
export async function measureSpeed({ engine, promptOf, generateTokens, runs, warmupRuns, onProgress, signal }: SpeedMeasurement): Promise<Measured> {
  const firstTokenMs: number[] = [];
  const prefill: number[] = [];
  const decode: number[] = [];
  const gaps: number[] = [];
  for (let run = 0; run < warmupRuns + runs; run++) {
    signal.throwIfAborted();
    const promptIds = promptOf(run);
    const tokenMs = await timedRun(engine, promptIds, generateTokens, signal);
    onProgress({ step: run < warmupRuns ? "warm up" : "measure", done: run + 1, total: warmupRuns + runs, unit: "runs" });
    if (run < warmupRuns) continue;
    const [first = Number.NaN, ...rest] = tokenMs;
    firstTokenMs.push(first);
    prefill.push((promptIds.length / first) * 1000);
    decode.push((rest.length / rest.reduce((sum, ms) => sum + ms, 0)) * 1000);
    gaps.push(...rest);
  }
  return {
    timeToFirstTokenMs: distribution(firstTokenMs),
    prefillTokensPerSecond: distribution(prefill),
    decodeTokensPerSecond: distribution(decode),
    interTokenMs: percentiles(gaps),
    ...(await engine.memory()),
  };
}

/** @returns milliseconds of each token, the first counted from the call */
async function timedRun(engine: Engine, promptIds: readonly number[], generateTokens: number, signal: AbortSignal): Promise<number[]> {
  await engine.reset();
  const tokenMs: number[] = [];
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  for await (const event of engine.generate({ promptIds, maxTokens: generateTokens, sampling, stopTokenIds: [] }, signal)) {
    if (event.kind === "token") tokenMs.push(event.ms);
  }
  return tokenMs;
}
