import { WorkbenchError } from "../../shared/errors.ts";
import type { CheckpointFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import { isJsonObject, readJsonObject } from "./read-json-object.ts";

/** Stops a file that exists to fill memory. Largest honest tokenizer.json: about 35 MB (a vocabulary of 256,000 with merges). */
const TOKENIZER_BYTES_LIMIT = 134_217_728;

/**
 * tokenizer.json must be an object with a model that has a vocabulary; what the model means is the runtime's to judge.
 * @throws checkpoint.tokenizerInvalid, checkpoint.jsonTooLarge
 */
export async function checkTokenizer(files: Files, directory: string, file: CheckpointFile): Promise<void> {
  const root = await readRoot(files, directory, file);
  const model = root["model"];
  if (!isJsonObject(model)) throw new WorkbenchError("checkpoint.tokenizerInvalid", { file: file.path, reason: "no model" });
  const vocabulary = model["vocab"];
  // BPE, WordPiece and WordLevel map text to id; Unigram lists [text, score].
  if (typeof vocabulary !== "object" || vocabulary === null) throw new WorkbenchError("checkpoint.tokenizerInvalid", { file: file.path, reason: "the model has no vocab" });
}

async function readRoot(files: Files, directory: string, file: CheckpointFile): Promise<Record<string, unknown>> {
  try {
    return await readJsonObject(files, directory, file, { limitBytes: TOKENIZER_BYTES_LIMIT, uniqueKeys: false });
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "checkpoint.jsonInvalid") {
      throw new WorkbenchError("checkpoint.tokenizerInvalid", { file: file.path, reason: (error as WorkbenchError<"checkpoint.jsonInvalid">).details.reason });
    }
    throw error;
  }
}
