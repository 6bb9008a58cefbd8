import { machineReference } from "../machine-reference.ts";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ENGINE_KINDS, type EngineKind, PLAN_PREFERENCES, type PlanPreference } from "../../../../shared/schemas/plan.ts";
import { defineCommand, detachOption, type DetachOptions, type Execute, integerOption, threadsOption } from "../define-command.ts";
import { followJob } from "../follow-job.ts";
import { presentExplanation } from "../present-explanation.ts";
import { presentPlan, presentPresets } from "../present-plan.ts";
import { presentPlanChecks } from "../present-plan-checks.ts";

interface PlanOptions {
  readonly machine: string;
  readonly context?: number;
  readonly concurrency: number;
  readonly nodes: number;
  readonly engine?: EngineKind[];
  readonly goal: PlanPreference;
  readonly site?: string;
  readonly out?: string;
}

export function addPlanCommands(program: Command, execute: Execute): void {
  const plan = defineCommand<PlanOptions>(program, execute, {
    usage: "plan <model>",
    summary: "work out whether a model runs on a machine, how, and how fast",
    description: "For each engine: whether it runs there, in which precision, spread how, what each device holds part by part, the largest context and number of sequences, predicted speed with an error band, media to carry it, energy and cost. Takes a stored model, a checkpoint, a package or a lone config.json.",
    options: [
      new Option("--machine <here|preset|site|path>", 'this machine, a preset ("sallyport plan machines"), a site kept here ("sallyport hardware sites"), or a site file').default("here"),
      integerOption("--context <tokens>", "prompt and answer of a sequence (4,096, or what the model can)", { min: 1, max: 1 << 24 }),
      integerOption("--concurrency <n>", "sequences at once", { min: 1, max: 1 << 20 }).default(1),
      integerOption("--nodes <n>", "machines of this kind", { min: 1, max: 1024 }).default(1),
      new Option("--engine <name...>", `only these: ${ENGINE_KINDS.join(", ")}`).argParser(engines),
      new Option("--goal <goal>", "what counts most").choices(PLAN_PREFERENCES).default("best-quality"),
      new Option("--site <file>", "the site's own prices and power, over resources/site-figures.json"),
      new Option("--out <file>", "also write the plan there, for \"sallyport plan check\""),
    ],
    examples: [
      ["sallyport plan DeepSeek-V2-Lite", "on this machine"],
      ["sallyport plan ./config.json --machine h200x8 --context 32768 --concurrency 64", "on a preset, from a config alone"],
      ["sallyport plan pkg-0c1d --machine ./site-7.json --engine vllm-ascend mindie", "on a machine of a closed site"],
    ],
    run: async (session, [model = ""], options) => {
      const { client, files } = await session.connect();
      const { context, concurrency, nodes, engine, goal, site, out } = options;
      const made = await client.plan.make({
        model: session.reference(model), machine: machineReference(session, options.machine), concurrency, nodes, preference: goal,
        ...(context === undefined ? {} : { contextTokens: context }), ...(engine === undefined ? {} : { engines: engine }), ...(site === undefined ? {} : { figures: session.path(site) }),
      });
      if (out !== undefined) await files.writeWhole(session.path(out), new TextEncoder().encode(`${JSON.stringify(made, null, 2)}\n`));
      return presentPlan(made);
    },
  });

  defineCommand(plan, execute, {
    usage: "explain <model>",
    summary: "show active share, cache and bytes a token, each with its formula",
    examples: [["sallyport plan explain ./config.json", "what a model costs to run, from its config alone"]],
    run: async (session, [model = ""]) => presentExplanation(await (await session.connect()).client.plan.explain({ model: session.reference(model) })),
  });

  defineCommand<DetachOptions & { readonly threads?: number }>(plan, execute, {
    usage: "check <plan>",
    summary: "run a plan made for this machine and hold the prediction against it",
    description: "Runs the package of a plan with the embedded engine, as far as the plan's context goes, and records predicted against measured speed and memory. From the third record on, later plans on this machine take their error band from them.",
    options: [threadsOption(), detachOption()],
    examples: [["sallyport plan check plan.json", 'a plan written with "plan --out"']],
    run: async (session, [file = ""], { threads, ...options }) => {
      const { client } = await session.connect();
      return followJob(session, await client.plan.check({ plan: session.path(file), ...(threads === undefined ? {} : { threads }) }), options);
    },
  });

  defineCommand<{ readonly reset?: boolean }>(plan, execute, {
    usage: "records",
    summary: "list the plans that were checked, or forget them",
    options: [new Option("--reset", "forget them: later plans state a prior again")],
    examples: [["sallyport plan records", "predicted against measured"], ["sallyport plan records --reset", "after a change of hardware"]],
    run: async (session, _positional, { reset }) => {
      const { client } = await session.connect();
      if (reset !== true) return presentPlanChecks(await client.plan.records());
      const { removed } = await client.plan.resetRecords();
      return { json: { removed }, text: `Forgot ${removed} ${removed === 1 ? "record" : "records"}.` };
    },
  });

  defineCommand(plan, execute, {
    usage: "machines",
    summary: "list the machines that a plan can be made for without a site file",
    examples: [["sallyport plan machines", "presets, with where their figures come from"]],
    run: async (session) => presentPresets(await (await session.connect()).client.plan.presets()),
  });
}

function engines(text: string, before: EngineKind[] | undefined): EngineKind[] {
  const names = text.split(",").map((name) => ENGINE_KINDS.find((kind) => kind === name.trim()));
  if (names.includes(undefined)) throw new InvalidArgumentError(`It must be of ${ENGINE_KINDS.join(", ")}.`);
  return [...(before ?? []), ...(names as EngineKind[])];
}
