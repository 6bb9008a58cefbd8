import { countIn, oneOf, type Search, textsIn } from "../frame/use-wizard-state.ts";

export const BENCHMARK_STEPS = ["contestants", "workload", "run", "verdict"] as const;
export type BenchmarkStep = (typeof BENCHMARK_STEPS)[number];

/** More than four intervals beside each other compare nothing. */
export const MOST_CONTESTANTS = 4;

export interface Workload {
  readonly promptTokens: number;
  readonly generateTokens: number;
  /** Of each contestant in each round. */
  readonly runs: number;
}

/** What people do with a model, in tokens. Five runs a round are the fewest of which a spread tells something. */
export const WORKLOADS = {
  chat: { promptTokens: 128, generateTokens: 64, runs: 5 },
  document: { promptTokens: 1024, generateTokens: 64, runs: 5 },
  writing: { promptTokens: 64, generateTokens: 256, runs: 5 },
} as const satisfies Record<string, Workload>;
export type WorkloadName = keyof typeof WORKLOADS | "own";

export interface BenchmarkState extends Workload {
  readonly step: BenchmarkStep;
  readonly models: readonly string[];
  readonly workload: WorkloadName;
  /** Of the speed jobs, in the order in which they run. */
  readonly jobs: readonly string[];
}

export function readBenchmarkState(search: Search): BenchmarkState {
  const workload = oneOf<WorkloadName>(search, "workload", ["chat", "document", "writing", "own"]);
  const own: Workload = {
    promptTokens: countIn(search, "promptTokens", { least: 1, most: 1 << 20, usual: WORKLOADS.chat.promptTokens }),
    generateTokens: countIn(search, "generateTokens", { least: 2, most: 1 << 16, usual: WORKLOADS.chat.generateTokens }),
    runs: countIn(search, "runs", { least: 3, most: 100, usual: WORKLOADS.chat.runs }),
  };
  const models = textsIn(search, "models", MOST_CONTESTANTS);
  return { step: oneOf(search, "step", BENCHMARK_STEPS), models, workload, ...(workload === "own" ? own : WORKLOADS[workload]), jobs: textsIn(search, "jobs", MOST_CONTESTANTS * 2) };
}

/** One speed job. */
export interface Turn {
  readonly model: string;
  readonly round: 1 | 2;
}

/** Every contestant once, then once more the other way round: what drifts over time (heat, other work) falls on all alike. */
export function interleaved(models: readonly string[]): Turn[] {
  return [...models.map((model): Turn => ({ model, round: 1 })), ...models.toReversed().map((model): Turn => ({ model, round: 2 }))];
}
