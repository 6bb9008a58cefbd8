import { join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Checkpoint, CheckpointFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import { type CheckpointDirectory, openCheckpointDirectory } from "./checkpoint-directory.ts";
import { checkTokenizer } from "./check-tokenizer.ts";
import { findWeightFiles, INDEX_FILE } from "./find-weight-files.ts";
import { foldScales } from "./fold-scales.ts";
import { readChatTemplate } from "./read-chat-template.ts";
import { readJsonObject } from "./read-json-object.ts";
import { readQuantization } from "./read-quantization.ts";
import { readWeightTensors } from "./read-weight-tensors.ts";

/** Stops a config that exists to fill memory. Largest honest ones, with lists of unconverted modules, stay below 1 MB; a tokenizer_config with added tokens below 2 MB. */
const CONFIG_BYTES_LIMIT = 16_777_216;

/** JSON beside the weights that later stages or another program may read; broken JSON in them is found here, not there. */
const JSON_COMPANIONS = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "generation_config.json"];
/** Carried along unread. */
const PLAIN_COMPANIONS: ReadonlySet<string> = new Set(["tokenizer.model", "tiktoken.model", "vocab.json", "merges.txt"]);
/** The legal papers and the model card. Python files are left out on purpose: nothing here runs a checkpoint's own code. */
const PAPERS = /^(licen[cs]e|copying|notice|readme|model_card|model_license|use_policy)([-_][\w.-]*)?(\.(md|txt|rst))?$/i;

/**
 * Opens a hub-style directory: config.json, safetensors in one or many files, tokenizer files, chat template. Reads headers and small files only,
 * holds no weights; everything in the directory is untrusted and checked (docs of each step name the limits).
 * @param directory a directory, or a link to one
 * @throws checkpoint.notFound, notADirectory, configMissing, quantizationUnsupported, tokenizerInvalid, templateInvalid, and what the weights' steps throw
 */
export async function openCheckpoint(files: Files, directory: string): Promise<Checkpoint> {
  const entries = await openCheckpointDirectory(files, directory);
  const configFile = await entries.file("config.json");
  if (configFile === undefined) throw new WorkbenchError("checkpoint.configMissing", { file: join(entries.directory, "config.json") });
  const config = await readJsonObject(files, entries.directory, configFile, { limitBytes: CONFIG_BYTES_LIMIT, uniqueKeys: true });
  const blocks = readQuantization(config, configFile.path);
  const weights = await findWeightFiles(files, entries);
  const companions = await readCompanions(files, entries);
  const tensors = foldScales(await readWeightTensors(files, entries.directory, weights), blocks);
  const belonging = [configFile, ...weights.shards, ...companions.files];
  if (weights.index !== null) belonging.push(await present(entries, INDEX_FILE));
  belonging.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { directory: entries.directory, config, files: belonging, tensors, chatTemplate: companions.chatTemplate };
}

interface Companions {
  readonly files: readonly CheckpointFile[];
  readonly chatTemplate: Checkpoint["chatTemplate"];
}

async function readCompanions(files: Files, entries: CheckpointDirectory): Promise<Companions> {
  const found: CheckpointFile[] = [];
  let tokenizerConfig: Record<string, unknown> | null = null;
  for (const name of entries.names) {
    if (name === "tokenizer.json") {
      const file = await present(entries, name);
      await checkTokenizer(files, entries.directory, file);
      found.push(file);
    } else if (JSON_COMPANIONS.includes(name)) {
      const file = await present(entries, name);
      const value = await readJsonObject(files, entries.directory, file, { limitBytes: CONFIG_BYTES_LIMIT, uniqueKeys: false });
      if (name === "tokenizer_config.json") tokenizerConfig = value;
      found.push(file);
    } else if (name === "chat_template.jinja" || PLAIN_COMPANIONS.has(name)) {
      found.push(await present(entries, name));
    } else if (PAPERS.test(name) && !(await isDirectory(files, entries, name))) {
      found.push(await present(entries, name));
    }
  }
  return { files: found, chatTemplate: await readChatTemplate(files, entries, tokenizerConfig) };
}

/** Some repositories keep their licences in a folder of that name. */
async function isDirectory(files: Files, entries: CheckpointDirectory, name: string): Promise<boolean> {
  return (await files.status(`${entries.directory}/${name}`))?.kind === "directory";
}

/** A file the listing shows; a link to nothing is an error here, since leaving the file out in silence would change the model. */
async function present(entries: CheckpointDirectory, name: string): Promise<CheckpointFile> {
  const file = await entries.file(name);
  if (file === undefined) throw new WorkbenchError("files.readFailed", { file: `${entries.directory}/${name}`, reason: "the link leads nowhere" });
  return file;
}
