import type { z } from "zod";
import { refuse } from "./api-error.ts";

/**
 * A request's body as its schema reads it. Fields the schema does not know are dropped, as OpenAI-compatible servers do.
 * @throws server.requestRefused, naming the field as OpenAI does: messages[0].content
 */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = fieldName(issue?.path ?? []);
  if (param === "") throw refuse(400, "invalid_type", null, "The body must be a JSON object");
  throw refuse(400, issue?.code === "invalid_type" ? "invalid_type" : "invalid_value", param, `${param}: ${issue?.message ?? "invalid"}`);
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.map((part, at) => (typeof part === "number" ? `[${part}]` : `${at === 0 ? "" : "."}${String(part)}`)).join("");
}
