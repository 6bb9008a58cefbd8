import { WorkbenchError } from "../../shared/errors.ts";
import type { GenerateRequest } from "../../shared/schemas/generation.ts";
import type { CompletionPrompt } from "../domain/completion.ts";

/** @throws usage.invalid */
export function promptOf({ prompt, messages }: GenerateRequest): CompletionPrompt {
  if (prompt !== undefined && messages === undefined) return { kind: "text", text: prompt };
  if (messages !== undefined && prompt === undefined) return { kind: "chat", messages };
  throw new WorkbenchError("usage.invalid", { reason: "give either a prompt or messages" });
}
