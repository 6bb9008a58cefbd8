import { join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { CheckpointFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import { findJsonFault } from "./find-json-fault.ts";

export interface JsonOptions {
  readonly limitBytes: number;
  /** Refuse an object that holds one key twice. */
  readonly uniqueKeys: boolean;
}

/** Text of a small file, as UTF-8. @throws checkpoint.jsonTooLarge, checkpoint.jsonInvalid */
export async function readText(files: Files, directory: string, file: CheckpointFile, limitBytes: number): Promise<string> {
  if (file.bytes > limitBytes) throw new WorkbenchError("checkpoint.jsonTooLarge", { file: file.path, bytes: file.bytes, limitBytes });
  const bytes = await files.readAll(join(directory, file.path), limitBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new WorkbenchError("checkpoint.jsonInvalid", { file: file.path, reason: "not UTF-8" });
  }
}

/**
 * A JSON file whose root is an object.
 * @throws checkpoint.jsonTooLarge, checkpoint.jsonInvalid, checkpoint.duplicateName
 */
export async function readJsonObject(files: Files, directory: string, file: CheckpointFile, options: JsonOptions): Promise<Record<string, unknown>> {
  const text = await readText(files, directory, file, options.limitBytes);
  const fault = findJsonFault(text, options.uniqueKeys);
  if (fault?.kind === "tooDeep") throw new WorkbenchError("checkpoint.jsonInvalid", { file: file.path, reason: `nested deeper than ${fault.limit}` });
  if (fault?.kind === "duplicateKey") throw new WorkbenchError("checkpoint.duplicateName", { file: file.path, name: fault.key.slice(0, 200) });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new WorkbenchError("checkpoint.jsonInvalid", { file: file.path, reason: error instanceof Error ? error.message.slice(0, 200) : "not JSON" });
  }
  if (!isJsonObject(value)) throw new WorkbenchError("checkpoint.jsonInvalid", { file: file.path, reason: "the root is not an object" });
  return value;
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
