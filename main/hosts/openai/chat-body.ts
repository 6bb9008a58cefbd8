import { z } from "zod";
import type { ChatMessage } from "../../../shared/schemas/generation.ts";
import { refuse } from "./api-error.ts";
import { parseBody } from "./parse-body.ts";
import { refuseUnsupported, SAMPLING_FIELDS, samplingOf, stopsOf } from "./sampling-fields.ts";
import type { SequencePlan } from "./sequence-plan.ts";

/** A sequence reserves cache for the answer it may reach: one that names no length must not reserve a context of 160,000 tokens. */
export const DEFAULT_CHAT_TOKENS = 4096;

const Part = z.object({ type: z.string(), text: z.string().optional() });
const Message = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(Part)], { error: "must be a string or an array of parts" }).nullish(),
  tool_calls: z.array(z.unknown()).nullish(),
});
const ChatBody = z.object({
  ...SAMPLING_FIELDS,
  messages: z.array(Message).min(1).max(10_000),
  max_tokens: z.int().min(1).max(1 << 20).nullish(),
  max_completion_tokens: z.int().min(1).max(1 << 20).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  response_format: z.object({ type: z.enum(["text", "json_object", "json_schema"]) }).nullish(),
  tools: z.array(z.unknown()).nullish(),
  functions: z.array(z.unknown()).nullish(),
  tool_choice: z.unknown().optional(),
});

/** The body of POST /v1/chat/completions as sequences. @throws server.requestRefused */
export function readChatBody(json: unknown): SequencePlan {
  const body = parseBody(ChatBody, json);
  refuseUnsupported(body, 1);
  if ((body.tools ?? []).length > 0) throw refuse(400, "unsupported_parameter", "tools", "tools are not supported; describe them in a message and ask for JSON with response_format");
  if ((body.functions ?? []).length > 0) throw refuse(400, "unsupported_parameter", "functions", "functions are not supported; describe them in a message and ask for JSON with response_format");
  if (body.tool_choice != null && body.tool_choice !== "none" && body.tool_choice !== "auto") throw refuse(400, "unsupported_parameter", "tool_choice", "tool_choice is not supported, because tools are not");
  if (body.response_format?.type === "json_schema") throw refuse(400, "unsupported_parameter", "response_format", 'response_format json_schema is not supported; {"type": "json_object"} makes the answer one JSON value, and the schema can be given in a message');
  if ((body.top_logprobs ?? null) !== null && body.logprobs !== true) throw refuse(400, "invalid_value", "top_logprobs", "top_logprobs needs logprobs: true");
  const prompt = { kind: "chat", messages: body.messages.map(messageOf) } as const;
  const stop = stopsOf(body);
  return {
    model: body.model,
    promptCount: 1,
    sequencesPerPrompt: body.n ?? 1,
    sequence: (_, copy) => ({
      prompt, stop, maxTokens: body.max_completion_tokens ?? body.max_tokens ?? DEFAULT_CHAT_TOKENS, sampling: samplingOf(body, copy), ignoreEnd: body.ignore_eos === true,
      topLogprobs: body.logprobs === true ? (body.top_logprobs ?? 0) : null, constraint: body.response_format?.type === "json_object" ? "json" : null,
    }),
    stream: body.stream === true ? { includeUsage: body.stream_options?.include_usage === true } : null,
  };
}

function messageOf(message: z.output<typeof Message>, place: number): ChatMessage {
  const field = `messages[${place}]`;
  if ((message.tool_calls ?? []).length > 0) throw refuse(400, "unsupported_parameter", `${field}.tool_calls`, "tool calls are not supported");
  if (message.content == null && message.role !== "assistant") throw refuse(400, "invalid_type", `${field}.content`, `${field}.content is missing`);
  const parts = typeof message.content === "string" ? [message.content] : (message.content ?? []).map((part, at) => {
    if (part.type !== "text" || part.text === undefined) throw refuse(400, "invalid_value", `${field}.content[${at}].type`, `${field}.content[${at}]: only text is supported, not ${JSON.stringify(part.type.slice(0, 50))}`);
    return part.text;
  });
  // Newer clients say developer where older ones, and every chat template, say system.
  return { role: message.role === "developer" ? "system" : message.role, content: parts.join("") };
}
