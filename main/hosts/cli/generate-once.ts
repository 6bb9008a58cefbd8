import { WorkbenchError } from "../../../shared/errors.ts";
import type { GenerateEvent } from "../../../shared/schemas/generation.ts";
import type { Client, CommandSession } from "./command-session.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatCount, formatMilliseconds, formatNumber } from "./format-units.ts";
import { createProgressDisplay } from "./progress-display.ts";

export type GenerateInput = Parameters<Client["run"]["generate"]>[0];
type End = Extract<GenerateEvent, { kind: "end" }>;

export interface Answer {
  readonly text: string;
  readonly end: End;
}

/** Completes one prompt: text streams to stdout as it comes, figures follow on stderr. */
export async function completeOnce(session: CommandSession, request: GenerateInput): Promise<CommandOutcome> {
  if (request.prompt === "") throw new WorkbenchError("runtime.promptEmpty", {});
  const stop = new AbortController();
  const takeBack = session.io.onInterrupt(() => stop.abort());
  try {
    const answer = await generateOnce(session, request, stop.signal);
    if (answer === null) return stopped(session);
    return { json: { ...(await named(session, request.model)), text: answer.text, ...figures(answer.end) }, text: "" };
  } finally {
    takeBack();
  }
}

/** @returns null when `signal` stopped it; what came until then has been written. */
export async function generateOnce(session: CommandSession, request: GenerateInput, signal: AbortSignal): Promise<Answer | null> {
  const { io, json } = session;
  const { client } = await session.connect();
  const display = createProgressDisplay(io.stderr, io.clock);
  let text = "";
  let end: End | null = null;
  try {
    for await (const event of await client.run.generate(request, { signal })) {
      switch (event.kind) {
        case "loaded":
          break;
        case "preparing":
          display.update({ step: event.step, done: event.done, total: event.total, unit: "bytes", ratePerSecond: null, secondsLeft: null });
          break;
        case "prefill":
          display.update({ step: "prompt", done: event.done, total: event.total, unit: "tokens", ratePerSecond: null, secondsLeft: null });
          break;
        case "text":
          display.end();
          text += event.text;
          if (!json) io.stdout.write(io.stdout.isTerminal ? harmless(event.text) : event.text);
          break;
        case "end":
          end = event;
          break;
        default:
          event satisfies never;
      }
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    display.end();
    if (!json && text !== "" && !text.endsWith("\n")) io.stdout.write("\n");
  }
  if (signal.aborted || end === null) return null;
  if (!json) io.stderr.write(`${figureLine(end)}\n`);
  return { text, end };
}

/** Which model answered, by the id its digest gives it; a package outside the store has a name and no row. */
export async function named(session: CommandSession, reference: string): Promise<{ id: string | null; model: unknown }> {
  const { model } = await (await session.connect()).client.model.inspect({ model: reference });
  return { id: model?.id ?? null, model };
}

export function figures(end: End): Record<string, unknown> {
  const { kind: _kind, ...rest } = end;
  return rest;
}

/** The process ends like any program that Ctrl-C ended; there is no job to resume. */
export function stopped(session: CommandSession): CommandOutcome {
  if (!session.json) session.io.stderr.write("Stopped.\n");
  return { json: { id: null, stopped: true }, text: "", status: "cancelled" };
}

function figureLine(end: End): string {
  const rate = end.decodeTokensPerSecond === null ? "" : `, ${formatNumber(end.decodeTokensPerSecond)} tokens/s`;
  const ends = { eos: "", stop: "", length: "; cut at --max-tokens", context: "; the context is full" }[end.reason];
  return `${formatCount(end.generatedTokens)} tokens${rate}, first after ${formatMilliseconds(end.timeToFirstTokenMs)} (prompt ${formatCount(end.promptTokens)} tokens)${ends}`;
}

/** A model's text could hold codes that rewrite the screen or the title of the terminal. */
function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "\u{FFFD}");
}
