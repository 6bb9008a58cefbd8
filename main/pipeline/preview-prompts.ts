import { createHash } from "node:crypto";
import type { PromptsPreview } from "../../shared/schemas/prompts-preview.ts";
import { MAX_PROMPTS_BYTES, parsePrompts } from "../benchmark/parse-prompts.ts";
import type { Files } from "../domain/files.ts";

/** As many as are looked at. */
const FIRST = 5;
const MAX_CHARACTERS = 400;

/** @throws benchmark.promptsInvalid, files.* */
export async function previewPrompts(files: Files, file: string): Promise<PromptsPreview> {
  const bytes = await files.readAll(file, MAX_PROMPTS_BYTES);
  const prompts = parsePrompts(bytes, file);
  return {
    file, sha256: createHash("sha256").update(bytes).digest("hex"), count: prompts.length,
    first: prompts.slice(0, FIRST).map(({ prompt, maxTokens }) => ({
      text: (prompt.kind === "text" ? prompt.text : (prompt.messages.at(-1)?.content ?? "")).slice(0, MAX_CHARACTERS), messages: prompt.kind === "text" ? 1 : prompt.messages.length, maxTokens,
    })),
  };
}
