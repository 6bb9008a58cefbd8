import { type Command, Option } from "commander";
import { WorkbenchError } from "../../../../shared/errors.ts";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute, integerOption, threadsOption } from "../define-command.ts";
import { followJob } from "../follow-job.ts";

interface PerplexityOptions extends DetachOptions {
  readonly text: string;
  readonly against?: string;
  readonly window?: number;
  readonly maxWindows?: number;
  readonly threads?: number;
}

interface AnswersOptions extends DetachOptions {
  readonly against: string;
  readonly text?: string;
  readonly prompts?: string;
  readonly count?: number;
  readonly promptTokens?: number;
  readonly generate?: number;
  readonly threads?: number;
}

export function addEvalCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "eval", "measure quality", [["sallyport eval perplexity DeepSeek-V2-Lite-int4 --text heldout.txt", "how well it predicts"]]);

  defineCommand<PerplexityOptions>(group, execute, {
    usage: "perplexity <model>",
    summary: "measure perplexity on a text, alone or against another package",
    description: "Perplexity with its standard error; against another package also KL divergence, change of probability and share of equal top tokens.",
    options: [
      new Option("--text <file>", "UTF-8 text that the model was not trained on").makeOptionMandatory(),
      new Option("--against <model>", "a package to compare with, usually the f32 one"),
      integerOption("--window <tokens>", "tokens of an independent window (256)", { min: 2, max: 1 << 17 }),
      integerOption("--max-windows <n>", "windows to score (all, unless said)", { min: 1, max: Number.MAX_SAFE_INTEGER }),
      threadsOption(),
      detachOption(),
    ],
    examples: [
      ["sallyport eval perplexity DeepSeek-V2-Lite-int4 --text heldout.txt", "how well it predicts"],
      ["sallyport eval perplexity DeepSeek-V2-Lite-int4 --text heldout.txt --against DeepSeek-V2-Lite-f32", "what the four bits cost"],
    ],
    run: async (session, [model = ""], { text, against, window, maxWindows, threads, ...options }) => {
      const { client } = await session.connect();
      const job = await client.evaluate.perplexity({
        model: session.reference(model),
        textFile: session.path(text),
        ...(against === undefined ? {} : { against: session.reference(against) }),
        ...(window === undefined ? {} : { windowTokens: window }),
        ...(maxWindows === undefined ? {} : { maxWindows }),
        ...(threads === undefined ? {} : { threads }),
      });
      return followJob(session, job, options);
    },
  });

  defineCommand<AnswersOptions>(group, execute, {
    usage: "answers <model>",
    summary: "answer the same prompts with two packages, and show which answers change",
    description: "Both always take the likeliest token, so a difference is the models'. Shows each pair up to and from the first difference.",
    options: [
      new Option("--against <model>", "the package to compare with, usually the f32 one").makeOptionMandatory(),
      new Option("--text <file>", "UTF-8 text; prompts are beginnings of equal parts of it").conflicts("prompts"),
      new Option("--prompts <file>", "a file of your own prompts, one a line; asked in the model's chat form where it has one"),
      integerOption("--count <n>", "prompts at most (12)", { min: 1, max: 64 }),
      integerOption("--prompt-tokens <n>", "tokens of a prompt that is a passage of --text (48)", { min: 1, max: 1 << 14 }),
      integerOption("--generate <n>", "tokens of an answer (48)", { min: 1, max: 1 << 12 }),
      threadsOption(),
      detachOption(),
    ],
    examples: [
      ["sallyport eval answers DeepSeek-V2-Lite-int4 --against DeepSeek-V2-Lite-f32 --text heldout.txt", "what four bits change"],
      ["sallyport eval answers DeepSeek-V2-Lite-int4 --against DeepSeek-V2-Lite-f32 --prompts questions.txt", "on your own questions"],
    ],
    run: async (session, [model = ""], { against, text, prompts, count, promptTokens, generate, threads, ...options }) => {
      const file = text ?? prompts;
      if (file === undefined) throw new WorkbenchError("usage.invalid", { reason: "eval answers needs --text or --prompts" });
      const { client } = await session.connect();
      const job = await client.evaluate.answers({
        model: session.reference(model),
        against: session.reference(against),
        textFile: session.path(file),
        cut: prompts === undefined ? "passages" : "lines",
        ...(count === undefined ? {} : { prompts: count }),
        ...(promptTokens === undefined ? {} : { promptTokens }),
        ...(generate === undefined ? {} : { generateTokens: generate }),
        ...(threads === undefined ? {} : { threads }),
      });
      return followJob(session, job, options);
    },
  });
}
