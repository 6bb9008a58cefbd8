import { type Command, Option } from "commander";
import type { Sampling } from "../../../../shared/schemas/generation.ts";
import { converse } from "../converse.ts";
import { defineCommand, type Execute, integerOption, numberOption, threadsOption } from "../define-command.ts";
import { completeOnce } from "../generate-once.ts";
import { readInput } from "../read-input.ts";

export interface SamplingOptions {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
  readonly seed?: number;
}

export interface RunOptions extends SamplingOptions {
  readonly chat?: boolean;
  readonly system?: string;
  readonly stop?: readonly string[];
  readonly threads?: number;
}

export function addRunCommand(program: Command, execute: Execute): void {
  defineCommand<RunOptions>(program, execute, {
    usage: "run <model> [prompt...]",
    summary: "let a package, or an engine elsewhere, write, once or in a conversation",
    description: [
      "With a prompt, completes it as plain text; with --chat the prompt is a message and the model's chat template is applied.",
      "Without a prompt, on a terminal: a conversation (/reset forgets it, /exit ends it, Ctrl-C stops an answer).",
      'Without a prompt, from a pipe: all of the input is the prompt; with --chat every line is a message, answered in turn, or the input is a JSON list of {"role", "content"}.',
      'In place of a package, "engine:NAME" asks an engine elsewhere that you named ("sallyport engine add").',
    ].join("\n\n"),
    options: [
      new Option("--chat", "messages, through the model's chat template"),
      new Option("--system <text>", "a system message to begin with (implies --chat)"),
      ...samplingOptions(),
      new Option("--stop <text>", "end before this text; may be given again").argParser((text: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), text]),
      threadsOption(),
    ],
    examples: [
      ['sallyport run DeepSeek-V2-Lite-int4 "Once upon a time"', "complete a text"],
      ["sallyport run DeepSeek-V2-Lite-int4", "a conversation, on a terminal"],
      ['echo "What is a sally port?" | sallyport run DeepSeek-V2-Lite-int4 --chat --temperature 0.6 --top-p 0.95', "a message from a pipe"],
      ['sallyport run engine:gpu-box "What is a sally port?" --chat', "an engine elsewhere"],
      ["sallyport run /opt/models/deepseek --json --seed 7 -- \"- a list:\"", "an installed package, for a program; text after -- may begin with a dash"],
    ],
    run: async (session, [reference = "", ...words], options) => {
      const request = {
        model: session.reference(reference),
        sampling: sampling(options),
        stop: [...(options.stop ?? [])],
        ...(options.maxTokens === undefined ? {} : { maxTokens: options.maxTokens }),
        ...(options.threads === undefined ? {} : { threads: options.threads }),
      };
      const asChat = options.chat === true || options.system !== undefined;
      const prompt = words.length > 0 ? words.join(" ") : undefined;
      if (prompt !== undefined && !asChat) return completeOnce(session, { ...request, prompt });
      if (prompt === undefined && session.io.stdin.isTTY !== true && !asChat) return completeOnce(session, { ...request, prompt: await readInput(session.io.stdin) });
      return converse(session, request, { system: options.system, opening: prompt });
    },
  });
}

/** How the next token is chosen, and how many. */
export function samplingOptions(): Option[] {
  return [
    integerOption("--max-tokens <n>", "longest answer (256)", { min: 1, max: 1 << 20 }),
    numberOption("--temperature <t>", "0 always takes the likeliest token (0)", { min: 0, max: 100 }),
    integerOption("--top-k <n>", "choose among the n likeliest; 0: all (0)", { min: 0, max: Number.MAX_SAFE_INTEGER }),
    numberOption("--top-p <p>", "choose among the likeliest that make up p (1)", { min: 0, max: 1, above: true }),
    numberOption("--min-p <p>", "leave out what is below p times the likeliest (0)", { min: 0, max: 1 }),
    numberOption("--repetition-penalty <f>", "above 1 repeats less (1)", { min: 0, max: 100, above: true }),
    integerOption("--seed <n>", "same seed, same answer", { min: 0, max: Number.MAX_SAFE_INTEGER }),
  ];
}

export function sampling(options: SamplingOptions): Sampling {
  const { temperature = 0, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1, seed } = options;
  return { temperature, topK, topP, minP, repetitionPenalty, ...(seed === undefined ? {} : { seed }) };
}
