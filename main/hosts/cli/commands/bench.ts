import type { Command } from "commander";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute, integerOption, threadsOption } from "../define-command.ts";
import { followJob } from "../follow-job.ts";

interface SpeedOptions extends DetachOptions {
  readonly prompt?: number;
  readonly generate?: number;
  readonly runs?: number;
  readonly warmup?: number;
  readonly threads?: number;
}

export function addBenchCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "bench", "measure speed and memory", [["sallyport bench speed DeepSeek-V2-Lite-int4", "prefill, decode, latency, memory"]]);

  defineCommand<SpeedOptions>(group, execute, {
    usage: "speed <model>",
    summary: "measure prefill, decode, latency and memory",
    description: "Time to first token, prefill and decode tokens/s, latency between tokens, loading time and memory, after warming up; the median of several runs with its spread.",
    options: [
      integerOption("--prompt <tokens>", "length of the prompt (128)", { min: 1, max: 1 << 20 }),
      integerOption("--generate <tokens>", "tokens to generate (64)", { min: 1, max: 1 << 16 }),
      integerOption("--runs <n>", "measured runs (5)", { min: 1, max: 1000 }),
      integerOption("--warmup <n>", "runs before the first measured one (1)", { min: 0, max: 100 }),
      threadsOption(),
      detachOption(),
    ],
    examples: [["sallyport bench speed DeepSeek-V2-Lite-int4", "with the usual workload"], ["sallyport bench speed pkg-0c1d --prompt 512 --generate 128 --runs 10 --threads 8", "with your own"]],
    run: async (session, [model = ""], { prompt, generate, runs, warmup, threads, ...options }) => {
      const { client } = await session.connect();
      const job = await client.benchmark.speed({
        model: session.reference(model),
        ...(prompt === undefined ? {} : { promptTokens: prompt }),
        ...(generate === undefined ? {} : { generateTokens: generate }),
        ...(runs === undefined ? {} : { runs }),
        ...(warmup === undefined ? {} : { warmupRuns: warmup }),
        ...(threads === undefined ? {} : { threads }),
      });
      return followJob(session, job, options);
    },
  });
}
