import { join } from "node:path";
import { asWorkbenchError, WorkbenchError } from "../../shared/errors.ts";
import type { SurveyedShard } from "../../shared/schemas/import-preflight.ts";
import type { Files } from "../domain/files.ts";
import { type CheckpointDirectory, openCheckpointDirectory } from "./checkpoint-directory.ts";
import { expectedShards, INDEX_FILE } from "./find-weight-files.ts";
import { readSafetensorsHeader } from "./read-safetensors-header.ts";

/** As shards: a folder of a million files must not become a million headers read. */
const SURVEY_LIMIT = 10_000;

/**
 * Every file of weights that is there or ought to be, each with what is wrong with it: where an import stops at the first fault, a person who fetches what is
 * missing wants to know them all. Reads headers only; a header says how long its file must be.
 * @throws checkpoint.notFound, checkpoint.notADirectory
 */
export async function surveyShards(files: Files, path: string): Promise<SurveyedShard[]> {
  const directory = await openCheckpointDirectory(files, path);
  const present = directory.names.filter((name) => name.endsWith(".safetensors"));
  const expected = await namesExpected(files, directory, present);
  const names = [...new Set([...expected, ...present])].sort().slice(0, SURVEY_LIMIT);
  const shards: SurveyedShard[] = [];
  for (const name of names) shards.push(await survey(files, directory, name, expected.has(name)));
  return shards;
}

/** An index that cannot be read names nothing; the import itself says what is wrong with it. */
async function namesExpected(files: Files, directory: CheckpointDirectory, present: readonly string[]): Promise<ReadonlySet<string>> {
  try {
    return await expectedShards(files, directory);
  } catch {
    return new Set(directory.names.includes(INDEX_FILE) ? [] : present);
  }
}

async function survey(files: Files, directory: CheckpointDirectory, name: string, isExpected: boolean): Promise<SurveyedShard> {
  const state = isExpected ? "present" : "extra";
  let bytes: number | null = null;
  try {
    const listed = await directory.file(name);
    if (listed === undefined) return { name, state: "missing", bytes: null, tensors: null, fault: null };
    bytes = listed.bytes;
    const file = await files.open(join(directory.directory, name));
    try {
      return { name, state, bytes, tensors: (await readSafetensorsHeader(file, name)).tensors.length, fault: null };
    } finally {
      await file.close();
    }
  } catch (thrown) {
    const error = asWorkbenchError(thrown);
    if (error instanceof WorkbenchError && error.code === "internal.unexpected") throw thrown;
    return { name, state, bytes, tensors: null, fault: error.toRecord() };
  }
}
