import { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import { ChatMessage } from "../../shared/schemas/generation.ts";

/** One prompt of a file: bare text, or a conversation to be answered. */
export interface AskedPrompt {
  readonly prompt: { readonly kind: "text"; readonly text: string } | { readonly kind: "chat"; readonly messages: readonly ChatMessage[] };
  /** null: as long as the comparison says. */
  readonly maxTokens: number | null;
}

/** Prompts of a million tokens are four megabytes; what is larger than four of those is another kind of file. */
export const MAX_PROMPTS_BYTES = 16 * 2 ** 20;
/** Each is asked of every contestant in every round: five hundred are an hour at seven seconds an answer. */
const MAX_PROMPTS = 500;
const MAX_MESSAGES = 1000;
const MAX_TOKENS = 1 << 16;
/** Of what was found, as an error shows it. */
const MAX_SHOWN = 80;

const Line = z.object({
  prompt: z.string().min(1).optional(),
  messages: z.array(ChatMessage).min(1).max(MAX_MESSAGES).optional(),
  max_tokens: z.int().min(1).max(MAX_TOKENS).optional(),
});

const EXPECTED: Readonly<Record<string, string>> = { prompt: "text that is not empty", messages: `1 to ${MAX_MESSAGES} messages with role and content`, max_tokens: `a whole number from 1 to ${MAX_TOKENS}`, role: "system, user, assistant or tool", content: "text" };

/**
 * A person's own prompts: JSON lines, each {"prompt": "…"} or {"messages": […]}, with "max_tokens" if wanted. Other fields are passed over, so that data sets can be taken as
 * they are; empty lines, a byte order mark and Windows' line ends too.
 * @throws benchmark.promptsInvalid with line and field
 */
export function parsePrompts(bytes: Uint8Array, file: string): readonly AskedPrompt[] {
  const lines = decoded(bytes, file).split(/\r?\n/);
  const prompts: AskedPrompt[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (prompts.length === MAX_PROMPTS) throw new WorkbenchError("benchmark.promptsInvalid", { file, line: index + 1, field: "the number of prompts", found: `more than ${MAX_PROMPTS}`, expected: `at most ${MAX_PROMPTS}` });
    prompts.push(promptOf(line, file, index + 1));
  }
  if (prompts.length === 0) throw new WorkbenchError("benchmark.promptsInvalid", { file, line: null, field: "the file", found: "empty", expected: "at least one prompt" });
  return prompts;
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new WorkbenchError("benchmark.promptsInvalid", { file, line: null, field: "the file", found: "not UTF-8", expected: "JSON lines in UTF-8" }, { cause });
  }
}

function promptOf(text: string, file: string, line: number): AskedPrompt {
  const refuse = (field: string, found: unknown, expected: string): WorkbenchError => new WorkbenchError("benchmark.promptsInvalid", { file, line, field, found: shown(found), expected });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refuse("the line", text, "one JSON object");
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) throw refuse("the line", document, "one JSON object");
  const parsed = Line.safeParse(document);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path ?? [];
    const field = path.findLast((part) => typeof part === "string" && part in EXPECTED);
    throw refuse(path.join("."), valueAt(document, path), EXPECTED[String(field)] ?? "another value");
  }
  const { prompt, messages, max_tokens: maxTokens = null } = parsed.data;
  if (prompt !== undefined && messages !== undefined) throw refuse("messages", "beside prompt", "one of the two");
  if (messages !== undefined) return { prompt: { kind: "chat", messages }, maxTokens };
  if (prompt !== undefined) return { prompt: { kind: "text", text: prompt }, maxTokens };
  throw refuse("prompt", undefined, "prompt or messages");
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined), document);
}

function shown(found: unknown): string {
  if (found === undefined) return "missing";
  const text = typeof found === "string" ? (found === "" ? '""' : found) : JSON.stringify(found);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
