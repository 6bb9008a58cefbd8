import { type Command, Option } from "commander";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute, integerOption, threadsOption } from "../define-command.ts";
import { followJob } from "../follow-job.ts";

interface PerplexityOptions extends DetachOptions {
  readonly text: string;
  readonly against?: string;
  readonly window?: number;
  readonly maxWindows?: number;
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
}
