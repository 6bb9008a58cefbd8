import { WorkbenchError } from "../../../shared/errors.ts";
import { ENGINE_PREFIX } from "../../../shared/schemas/engine.ts";
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
        case "pace":
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

/** Who answered: a model by the id its digest gives it (a package outside the store has a name and no row), an engine elsewhere by its name. */
export async function named(session: CommandSession, reference: string): Promise<{ id: string | null; model: unknown }> {
  if (reference.startsWith(ENGINE_PREFIX)) return { id: reference, model: null };
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

/** An answer's figures in a line. */
export function figureLine(end: End): string {
  const rate = end.decodeTokensPerSecond === null ? "" : `, ${formatNumber(end.decodeTokensPerSecond)} ${end.countedBy === "pieces" ? "pieces" : "tokens"}/s`;
  const ends = { eos: "", stop: "", length: "; cut at --max-tokens", context: "; the context is full", other: "; ended by the server" }[end.reason];
  const count = `${formatCount(end.generatedTokens)} ${end.countedBy === "pieces" ? "pieces (the server did not count tokens)" : "tokens"}`;
  return `${count}${rate}, first after ${formatMilliseconds(end.timeToFirstTokenMs)}${end.promptTokens === null ? "" : ` (prompt ${formatCount(end.promptTokens)} tokens)`}${ends}`;
}

/** A model's text could hold codes that rewrite the screen or the title of the terminal. */
export function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "\u{FFFD}");
}
