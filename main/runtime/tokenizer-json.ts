import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";

/** A tokenizer.json of 256k tokens is 20 MB; a larger one would be parsed only to fill memory. */
const MAX_TOKENIZER_BYTES = 128 * 2 ** 20;

/**
 * One of the tokenizer's files, as an object nothing is known about yet.
 * @throws checkpoint.tokenizerInvalid when it is not UTF-8, not JSON or no object; files.readFailed above 128 MiB
 */
export async function readTokenizerJson(files: Files, file: string): Promise<Record<string, unknown>> {
  const bytes = await files.readAll(file, MAX_TOKENIZER_BYTES);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new WorkbenchError("checkpoint.tokenizerInvalid", { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WorkbenchError("checkpoint.tokenizerInvalid", { file, reason: "it is not an object" });
  return value as Record<string, unknown>;
}
