import { type Command, InvalidArgumentError, Option } from "commander";
import type { WorkbenchError } from "../../../shared/errors.ts";
import type { CommandSession } from "./command-session.ts";
import { parseBytes } from "./parse-bytes.ts";
import type { ExitReason } from "./exit-codes.ts";

/** What a command leaves behind. */
export interface CommandOutcome {
  /** The last line of stdout under --json. */
  readonly json: Readonly<Record<string, unknown>>;
  /** What a person reads on stdout. */
  readonly text: string;
  /** The work was done and its answer is a failure; shown, and decides the exit status. */
  readonly error?: WorkbenchError;
  /** Why the exit status is not 0 although there is no error to tell. */
  readonly status?: ExitReason;
}

export interface CommonOptions {
  readonly json?: boolean;
  readonly home?: string;
}

/** Runs the work of a command in a session and prints what it left. */
export type Execute = (options: CommonOptions, work: (session: CommandSession) => Promise<CommandOutcome>) => Promise<void>;

export interface CommandDefinition<O> {
  /** "import <directory>" */
  readonly usage: string;
  readonly summary: string;
  /** More than the one line of the list; paragraphs. */
  readonly description?: string;
  readonly options?: readonly Option[];
  /** Command line and what it does; shown under the help. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly run: (session: CommandSession, positional: readonly string[], options: O & CommonOptions) => Promise<CommandOutcome>;
}

/** Adds one command under `parent` (and returns it, for commands of its own), with what every command has: --json, --home, examples. */
export function defineCommand<O>(parent: Command, execute: Execute, definition: CommandDefinition<O>): Command {
  const command = parent.command(definition.usage).summary(definition.summary).description(definition.description ?? `${definition.summary}.`);
  for (const option of definition.options ?? []) command.addOption(option);
  for (const option of commonOptions()) command.addOption(option);
  command.addHelpText("after", examplesText(definition.examples));
  command.action(async () => {
    const options = command.optsWithGlobals<O & CommonOptions>();
    const positional = command.processedArgs.flatMap((argument: unknown) => (Array.isArray(argument) ? argument.map(String) : argument === undefined ? [] : [String(argument)]));
    await execute(options, (session) => definition.run(session, positional, options));
  });
  return command;
}

/** A command that only holds others. */
export function defineGroup(program: Command, name: string, summary: string, examples: CommandDefinition<unknown>["examples"]): Command {
  const group = program.command(name).summary(summary).description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`);
  for (const option of commonOptions()) group.addOption(option);
  return group.addHelpText("after", examplesText(examples));
}

export function commonOptions(): Option[] {
  return [
    new Option("--json", "print one JSON object as the last line on stdout"),
    new Option("--home <directory>", "where models, jobs and records are kept (or $SALLYPORT_HOME)"),
  ];
}

export function examplesText(examples: CommandDefinition<unknown>["examples"]): string {
  return `\nExamples:\n${examples.map(([line, does]) => `  $ ${line}\n      ${does}`).join("\n")}`;
}

/** An option whose value is a whole number in a range. */
export function integerOption(flags: string, description: string, range: { readonly min: number; readonly max: number }): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text.trim()) || value < range.min || value > range.max) throw new InvalidArgumentError(`It must be a whole number from ${range.min} to ${range.max}.`);
    return value;
  });
}

/** An option whose value is a number. `above`: the bound itself is not allowed. */
export function numberOption(flags: string, description: string, range: { readonly min: number; readonly max: number; readonly above?: boolean }): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    const tooSmall = range.above === true ? value <= range.min : value < range.min;
    if (text.trim() === "" || !Number.isFinite(value) || tooSmall || value > range.max) {
      throw new InvalidArgumentError(`It must be a number ${range.above === true ? "above" : "from"} ${range.min}${Number.isFinite(range.max) ? ` to ${range.max}` : ""}.`);
    }
    return value;
  });
}

/** What a budget of memory is counted for. */
export interface BudgetOptions {
  /** null: what is free. */
  readonly budget?: number | null;
  readonly context?: number;
  readonly concurrency?: number;
  readonly machine?: string;
}

export const budgetOptions = (): Option[] => [
  new Option("--budget <memory>", 'memory for weights, cache and engine ("12GiB", or "free": what the machine has); the recipe that fits and loses least is taken').conflicts("recipe").argParser((text) => (text === "free" ? null : parseBytes(text))),
  integerOption("--context <tokens>", "tokens of a sequence, with --budget (4096, or as far as the model goes)", { min: 1, max: 1 << 24 }),
  integerOption("--concurrency <n>", "sequences at once, with --budget (1)", { min: 1, max: 1 << 20 }),
  new Option("--machine <machine>", 'with --budget: a preset or a site\'s record ("here")'),
];

export const threadsOption = (): Option => integerOption("--threads <n>", "cores to use (all, unless said)", { min: 1, max: 256 });
export const detachOption = (): Option => new Option("--detach", "start the job, print its id and return");

export interface DetachOptions {
  readonly detach?: boolean;
}
