import { createInterface } from "node:readline/promises";
import { type Command, Option } from "commander";
import { errorFromRecord, WorkbenchError } from "../../../../shared/errors.ts";
import { type Contestant, type Side, SIDES, type VoteChoice } from "../../../../shared/schemas/comparison.ts";
import type { GenerateEvent } from "../../../../shared/schemas/generation.ts";
import type { CommandSession } from "../command-session.ts";
import { type CommandOutcome, defineCommand, type Execute, threadsOption } from "../define-command.ts";
import { errorText } from "../error-texts.ts";
import { figureLine, harmless, stopped } from "../generate-once.ts";
import { contestantLabel } from "../present-votes.ts";
import { readInput } from "../read-input.ts";
import { sampling, samplingOptions, type SamplingOptions } from "./run.ts";

interface CompareOptions extends SamplingOptions {
  readonly system?: string;
  readonly threads?: number;
  readonly blind?: boolean;
}

interface Heard {
  text: string;
  end: Extract<GenerateEvent, { kind: "end" }> | null;
  error: WorkbenchError | null;
}

interface Comparison {
  readonly id: string;
  /** null: blind, and a vote is asked for. */
  readonly contestants: readonly [Contestant, Contestant] | null;
  readonly sides: Readonly<Record<Side, Heard>>;
}

const VOTE_KEYS: Readonly<Record<string, VoteChoice>> = { l: "left", r: "right", t: "tie", b: "bothBad" };

export function addCompareCommand(program: Command, execute: Execute): void {
  defineCommand<CompareOptions>(program, execute, {
    usage: "compare <first> <second> [prompt...]",
    summary: "ask two contestants the same, at once",
    description: [
      'Each is a package, or "engine:NAME" for an engine elsewhere ("sallyport engine add"). Both answer at the same time; two packages share the cores, so that each is slower than alone.',
      "With --blind, on a terminal: the answers are shown without saying whose they are, a vote is asked for, and then it is told. Votes are kept (sallyport votes).",
    ].join("\n\n"),
    options: [new Option("--system <text>", "a system message to begin with"), new Option("--blind", "hide which is which until a vote"), ...samplingOptions(), threadsOption()],
    examples: [
      ['sallyport compare V2-Lite-int4 V2-Lite-int8 "What is a sally port?"', "two precisions"],
      ['sallyport compare V2-Lite-int4 engine:gpu-box "What is a sally port?" --blind', "a package and a server, judged blind"],
    ],
    run: async (session, [first = "", second = "", ...words], options) => {
      const prompt = words.length > 0 ? words.join(" ") : await readInput(session.io.stdin);
      if (prompt.trim() === "") throw new WorkbenchError("runtime.promptEmpty", {});
      const terminal = session.io.terminal;
      if (options.blind === true && (terminal === undefined || session.json)) throw new WorkbenchError("usage.invalid", { reason: "--blind asks for a vote, which needs a terminal" });
      const messages = [...(options.system === undefined ? [] : [{ role: "system" as const, content: options.system }]), { role: "user" as const, content: prompt }];
      const comparison = await listen(session, [first, second].map((reference) => ({ model: session.reference(reference), messages })) as [{ model: string; messages: typeof messages }, { model: string; messages: typeof messages }], options);
      if (comparison === null) return stopped(session);
      if (comparison.contestants === null && terminal !== undefined) return askVote(session, comparison, terminal);
      return told(comparison);
    },
  });
}

/** @returns null when Ctrl-C stopped it */
async function listen(session: CommandSession, contestants: [{ model: string; messages: { role: "system" | "user"; content: string }[] }, { model: string; messages: { role: "system" | "user"; content: string }[] }], options: CompareOptions): Promise<Comparison | null> {
  const { client } = await session.connect();
  const stop = new AbortController();
  const takeBack = session.io.onInterrupt(() => stop.abort());
  const sides: Readonly<Record<Side, Heard>> = { left: { text: "", end: null, error: null }, right: { text: "", end: null, error: null } };
  let comparison: Comparison | null = null;
  try {
    const request = {
      contestants, sampling: sampling(options), blind: options.blind === true,
      ...(options.maxTokens === undefined ? {} : { maxTokens: options.maxTokens }), ...(options.threads === undefined ? {} : { threads: options.threads }),
    };
    let id = "";
    for await (const event of await client.run.compare(request, { signal: stop.signal })) {
      if (event.kind === "seated") id = event.comparison;
      else if (event.kind === "failed") sides[event.side].error = errorFromRecord(event.error as never);
      else if (event.kind === "over") comparison = { id, contestants: event.contestants, sides };
      else if (event.event.kind === "text") sides[event.side].text += event.event.text;
      else if (event.event.kind === "end") sides[event.side].end = event.event;
    }
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown;
  } finally {
    takeBack();
  }
  return comparison;
}

function told({ id, contestants, sides }: Comparison): CommandOutcome {
  const labels = (contestants ?? []).map(contestantLabel);
  const text = SIDES.map((side, place) => {
    const { text: answer, end, error } = sides[side];
    return `=== ${labels[place] ?? side}\n${harmless(answer)}\n${error === null ? "" : `${errorText(error).what}\n`}${end === null ? "" : `(${figureLine(end)})\n`}`;
  }).join("\n");
  const failed = SIDES.map((side) => sides[side].error).find((error) => error !== null);
  const json = SIDES.map((side, place) => {
    const { text: answer, end, error } = sides[side];
    const { kind: _kind, ...figures } = end ?? { kind: null };
    return { contestant: contestants?.[place] ?? null, text: answer, ...figures, ...(error === null ? {} : { error: error.toRecord() }) };
  });
  return { json: { id, answers: json }, text, ...(failed === undefined ? {} : { error: failed }) };
}

async function askVote(session: CommandSession, { id, sides }: Comparison, terminal: NonNullable<CommandSession["io"]["terminal"]>): Promise<CommandOutcome> {
  session.io.stdout.write(`${SIDES.map((side) => `=== ${side}\n${harmless(sides[side].text)}\n`).join("\n")}\n`);
  const lines = createInterface(terminal);
  let choice: VoteChoice | undefined;
  try {
    while (choice === undefined) choice = VOTE_KEYS[(await lines.question("Which is better? [l]eft, [r]ight, [t]ie, [b]oth bad: ")).trim().toLowerCase()];
  } finally {
    lines.close();
  }
  const vote = await (await session.connect()).client.vote.cast({ comparison: id, choice });
  return { json: { id: vote.id, vote }, text: `left: ${contestantLabel(vote.left)}\nright: ${contestantLabel(vote.right)}\nKept as ${vote.id}.` };
}
