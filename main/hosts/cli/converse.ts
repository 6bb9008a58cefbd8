import { createInterface } from "node:readline";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import { ChatMessage } from "../../../shared/schemas/generation.ts";
import type { CommandSession } from "./command-session.ts";
import type { CommandOutcome } from "./define-command.ts";
import { type Answer, figures, type GenerateInput, generateOnce, named, stopped } from "./generate-once.ts";
import { readInput } from "./read-input.ts";

type ChatRequest = Omit<GenerateInput, "prompt" | "messages">;

interface Conversation {
  readonly session: CommandSession;
  readonly request: ChatRequest;
  readonly messages: ChatMessage[];
}

/** A conversation: one message from the command line, lines from a pipe, or a person at a terminal. */
export async function converse(session: CommandSession, request: ChatRequest, start: { readonly system: string | undefined; readonly opening: string | undefined }): Promise<CommandOutcome> {
  const messages: ChatMessage[] = start.system === undefined ? [] : [{ role: "system", content: start.system }];
  const conversation: Conversation = { session, request, messages };
  if (start.opening === undefined && session.io.terminal !== undefined && !session.json) return atTerminal(conversation, session.io.terminal);
  const turns = start.opening === undefined ? pipedTurns(await readInput(session.io.stdin)) : [[{ role: "user" as const, content: start.opening }]];
  return answerAll(conversation, turns);
}

/** A pipe holds a JSON list of messages, answered once, or one message a line, each answered in turn. */
export function pipedTurns(input: string): ChatMessage[][] {
  if (!input.trimStart().startsWith("[")) {
    return input.split(/\r?\n/).filter((line) => line.trim() !== "").map((content) => [{ role: "user", content }]);
  }
  let document: unknown;
  try {
    document = JSON.parse(input);
  } catch (thrown) {
    throw new WorkbenchError("usage.invalid", { reason: `the input begins with "[" and is not a JSON list of messages: ${thrown instanceof Error ? thrown.message : String(thrown)}` });
  }
  const messages = z.array(ChatMessage).safeParse(document);
  if (!messages.success) throw new WorkbenchError("usage.invalid", { reason: `the input is not a list of {"role", "content"}: ${z.prettifyError(messages.error).replaceAll("\n", " ")}` });
  return [messages.data];
}

async function answerAll(conversation: Conversation, turns: readonly ChatMessage[][]): Promise<CommandOutcome> {
  const { session, request, messages } = conversation;
  if (turns.length === 0) throw new WorkbenchError("runtime.promptEmpty", {});
  const stop = new AbortController();
  const takeBack = session.io.onInterrupt(() => stop.abort());
  let last: Answer | null = null;
  try {
    for (const turn of turns) {
      messages.push(...turn);
      last = await answer(conversation, stop.signal);
      if (last === null) return stopped(session);
    }
  } finally {
    takeBack();
  }
  return { json: { ...(await named(session, request.model)), text: last?.text ?? "", messages, ...(last === null ? {} : figures(last.end)) }, text: "" };
}

async function answer(conversation: Conversation, signal: AbortSignal): Promise<Answer | null> {
  const { session, request, messages } = conversation;
  const found = await generateOnce(session, { ...request, messages: [...messages] }, signal);
  if (found !== null) messages.push({ role: "assistant", content: found.text });
  return found;
}

async function atTerminal(conversation: Conversation, terminal: NonNullable<CommandSession["io"]["terminal"]>): Promise<CommandOutcome> {
  const { session, messages } = conversation;
  const opening = messages.length;
  const lines = createInterface({ ...terminal, prompt: "> " });
  let current: AbortController | null = null;
  // In raw mode Ctrl-C is a key: it stops the answer, and between answers it ends the conversation.
  lines.on("SIGINT", () => (current === null ? lines.close() : current.abort()));
  session.io.stderr.write("A conversation. /reset forgets it, /exit ends it, Ctrl-C stops an answer.\n");
  lines.prompt();
  for await (const line of lines) {
    const said = line.trim();
    if (said === "/exit" || said === "/quit") break;
    if (said === "/reset") messages.length = opening;
    else if (said !== "") {
      current = new AbortController();
      messages.push({ role: "user", content: line });
      // An answer that was stopped is forgotten with its question, so that the roles keep taking turns.
      if ((await answer(conversation, current.signal)) === null) messages.pop();
      current = null;
    }
    lines.prompt();
  }
  lines.close();
  return { json: { id: null, messages }, text: "" };
}
