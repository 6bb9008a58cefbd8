import { type Command, Option } from "commander";
import { WorkbenchError } from "../../../../shared/errors.ts";
import { MOST_CONTESTANTS } from "../../../../shared/schemas/job-requests.ts";
import { WORKLOAD_NAMES, WORKLOADS, type WorkloadName } from "../../../../shared/schemas/workload.ts";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute, integerOption, threadsOption } from "../define-command.ts";
import { followJob } from "../follow-job.ts";

interface SpeedOptions extends DetachOptions {
  readonly prompt?: number;
  readonly generate?: number;
  readonly runs?: number;
  readonly warmup?: number;
  readonly threads?: number;
}

interface CompareOptions extends DetachOptions {
  readonly workload?: WorkloadName;
  readonly prompts?: string;
  readonly answer?: number;
  readonly rounds?: number;
  readonly seed?: number;
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

  defineCommand<CompareOptions>(group, execute, {
    usage: "compare <contestants...>",
    summary: "two to four contestants under one workload, by turns",
    description: [
      'Each is a package, or "engine:NAME" for an engine elsewhere ("sallyport engine add"). Order is drawn by lot in each round and reversed in the next; differences are paired by round, and the verdict says how sure it is.',
      `Workloads:\n${WORKLOAD_NAMES.map((name) => `  ${name.padEnd(9)} about ${WORKLOADS[name].promptTokens} tokens in, ${WORKLOADS[name].answerTokens} out: ${WORKLOADS[name].why}`).join("\n")}`,
      'Own prompts are JSON lines, at most 500:\n  {"prompt": "What is a sally port?"}\n  {"messages": [{"role": "user", "content": "Explain it to a child."}], "max_tokens": 200}',
    ].join("\n\n"),
    options: [
      new Option("--workload <name>", "what is asked (chat)").choices(WORKLOAD_NAMES).conflicts("prompts"),
      new Option("--prompts <file>", "your own prompts, JSON lines"),
      integerOption("--answer <tokens>", "longest answer to a prompt of --prompts that names none (128)", { min: 1, max: 1 << 16 }),
      integerOption("--rounds <n>", "rounds; each contestant is asked everything in each (5)", { min: 2, max: 50 }),
      integerOption("--seed <n>", "draws order and texts (1)", { min: 0, max: 2 ** 32 - 1 }),
      threadsOption(),
      detachOption(),
    ],
    examples: [
      ["sallyport bench compare V2-Lite-int4 V2-Lite-int8", "which precision is faster, and how sure is that"],
      ["sallyport bench compare V2-Lite-int4 engine:gpu-box --prompts questions.jsonl --rounds 8", "a package and a server, on your own prompts"],
    ],
    run: async (session, models, { workload, prompts, answer, rounds, seed, threads, ...options }) => {
      if (models.length < 2 || models.length > MOST_CONTESTANTS) throw new WorkbenchError("usage.invalid", { reason: `bench compare takes two to ${MOST_CONTESTANTS} contestants, not ${models.length}` });
      const { client } = await session.connect();
      const job = await client.benchmark.compare({
        contestants: models.map((model) => ({ model: session.reference(model), ...(threads === undefined ? {} : { threads }) })),
        ...(workload === undefined ? {} : { workload }),
        ...(prompts === undefined ? {} : { promptsFile: session.path(prompts) }),
        ...(answer === undefined ? {} : { answerTokens: answer }),
        ...(rounds === undefined ? {} : { rounds }),
        ...(seed === undefined ? {} : { seed }),
      });
      return followJob(session, job, options);
    },
  });
}
