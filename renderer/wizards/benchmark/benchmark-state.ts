import { MOST_CONTESTANTS } from "../../../shared/schemas/job-requests.ts";
import { WORKLOAD_NAMES, type WorkloadName } from "../../../shared/schemas/workload.ts";
import { countIn, oneOf, type Search, textIn, textsIn } from "../frame/use-wizard-state.ts";

export const BENCHMARK_STEPS = ["contestants", "workload", "run", "verdict"] as const;
export type BenchmarkStep = (typeof BENCHMARK_STEPS)[number];

/** "own": a file of prompts. */
export const WORKLOAD_CHOICES = [...WORKLOAD_NAMES, "own"] as const;
export type WorkloadChoice = WorkloadName | "own";

export interface BenchmarkState {
  readonly step: BenchmarkStep;
  /** Packages' ids, and "engine:NAME". */
  readonly models: readonly string[];
  readonly workload: WorkloadChoice;
  /** Where prompts are looked for, and the file. */
  readonly folder: string;
  readonly prompts: string;
  readonly answerTokens: number;
  readonly rounds: number;
  readonly job: string;
}

export function readBenchmarkState(search: Search): BenchmarkState {
  return {
    step: oneOf(search, "step", BENCHMARK_STEPS), models: textsIn(search, "models", MOST_CONTESTANTS), workload: oneOf<WorkloadChoice>(search, "workload", WORKLOAD_CHOICES), folder: textIn(search, "folder"), prompts: textIn(search, "prompts"),
    answerTokens: countIn(search, "answerTokens", { least: 1, most: 1 << 16, usual: 128 }), rounds: countIn(search, "rounds", { least: 2, most: 50, usual: 5 }), job: textIn(search, "job"),
  };
}

/** The command that does the same. */
export function benchmarkCommand({ models, workload, prompts, answerTokens, rounds }: BenchmarkState): readonly string[] {
  return ["bench", "compare", ...models, ...(workload === "own" ? ["--prompts", prompts, "--answer", String(answerTokens)] : ["--workload", workload]), "--rounds", String(rounds)];
}
