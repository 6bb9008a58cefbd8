import { WorkbenchError } from "../../shared/errors.ts";
import type { CheckpointFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import type { CheckpointDirectory } from "./checkpoint-directory.ts";
import { isJsonObject, readJsonObject } from "./read-json-object.ts";
import { shownValue } from "./shown-value.ts";

export const INDEX_FILE = "model.safetensors.index.json";
const SINGLE_FILE = "model.safetensors";
/** As the header limit of one file. Largest honest index: Kimi K2, about 20 MB. */
const INDEX_BYTES_LIMIT = 100_000_000;
/** Stops an index that makes us open files without end. Largest honest checkpoint: a few hundred shards. */
const SHARD_LIMIT = 10_000;
const SERIES = /^(.*-)(\d{5})(-of-)(\d{5})(\.safetensors)$/;
/** Loading any of these runs code its author chose. */
const PICKLE = /\.(bin|pt|pth|ckpt|pkl|pickle)$/i;

export interface WeightFiles {
  /** Sorted by path. */
  readonly shards: readonly CheckpointFile[];
  /** Tensor name → shard, as the index tells; null without one. */
  readonly index: ReadonlyMap<string, string> | null;
}

/**
 * Which safetensors files are the model: those of the index; or `model.safetensors` alone; or, with neither, every *.safetensors of the directory.
 *
 * Pickles are refused when they are the weights: when nothing else is there, or the index names one. Beside good safetensors (many repositories carry
 * both) they are not part of the model: never opened, hashed or copied.
 * @throws checkpoint.pickleRefused, noWeights, shardMissing, indexPathEscapes, fieldInvalid, duplicateName, jsonInvalid, jsonTooLarge, linkEscapes
 */
export async function findWeightFiles(files: Files, directory: CheckpointDirectory): Promise<WeightFiles> {
  const index = await directory.file(INDEX_FILE);
  const single = await directory.file(SINGLE_FILE);
  if (index !== undefined) return readIndex(files, directory, index, single !== undefined);
  if (single !== undefined) return { shards: [single], index: null };
  const names = directory.names.filter((name) => name.endsWith(".safetensors"));
  if (names.length === 0) refuseNoWeights(directory);
  if (names.length > SHARD_LIMIT) tooManyShards(directory.directory, names.length);
  const present = new Set(names);
  const missing = seriesOf(names).find((name) => !present.has(name));
  if (missing !== undefined) throw new WorkbenchError("checkpoint.shardMissing", { file: names.find((name) => SERIES.test(name)) ?? directory.directory, shard: missing });
  const shards: CheckpointFile[] = [];
  for (const name of names) shards.push(await shard(directory, name, name));
  return { shards, index: null };
}

function refuseNoWeights({ directory, names }: CheckpointDirectory): never {
  const pickles = names.filter((name) => PICKLE.test(name));
  // The weights themselves say more to a person than training_args.bin does.
  const named = pickles.find((name) => /^(pytorch_)?model|^consolidated/i.test(name)) ?? pickles[0];
  if (named !== undefined) throw new WorkbenchError("checkpoint.pickleRefused", { file: named });
  throw new WorkbenchError("checkpoint.noWeights", { file: directory });
}

/** The files that ought to be there by the same rules, whether they are or not. @throws as findWeightFiles, but never shardMissing */
export async function expectedShards(files: Files, directory: CheckpointDirectory): Promise<ReadonlySet<string>> {
  const index = await directory.file(INDEX_FILE);
  const single = await directory.file(SINGLE_FILE);
  if (index !== undefined) return new Set((await namesInIndex(files, directory, index, single !== undefined)).values());
  if (single !== undefined) return new Set([SINGLE_FILE]);
  const names = directory.names.filter((name) => name.endsWith(".safetensors"));
  return new Set([...names, ...seriesOf(names)]);
}

/** Without an index, `model-00001-of-00008.safetensors` still says which others there must be; none where no name says so. */
function seriesOf(names: readonly string[]): string[] {
  for (const name of names) {
    const series = SERIES.exec(name);
    if (series === null) continue;
    const [, head = "", , of = "", count = "", tail = ""] = series;
    if (Number(count) > SHARD_LIMIT) tooManyShards(name, Number(count));
    return Array.from({ length: Number(count) }, (_, index) => `${head}${String(index + 1).padStart(5, "0")}${of}${count}${tail}`);
  }
  return [];
}

async function readIndex(files: Files, directory: CheckpointDirectory, index: CheckpointFile, hasSingle: boolean): Promise<WeightFiles> {
  const shardOfTensor = await namesInIndex(files, directory, index, hasSingle);
  const shards: CheckpointFile[] = [];
  for (const name of [...new Set(shardOfTensor.values())].sort()) shards.push(await shard(directory, name, index.path));
  return { shards, index: shardOfTensor };
}

/** Tensor → shard, with every name checked. */
async function namesInIndex(files: Files, directory: CheckpointDirectory, index: CheckpointFile, hasSingle: boolean): Promise<Map<string, string>> {
  const root = await readJsonObject(files, directory.directory, index, { limitBytes: INDEX_BYTES_LIMIT, uniqueKeys: true });
  const weightMap = root["weight_map"];
  if (!isJsonObject(weightMap)) throw fieldInvalid("weight_map", weightMap, "an object of tensor name → file name");
  const shardOfTensor = new Map<string, string>();
  const names = new Set<string>();
  for (const [tensor, name] of Object.entries(weightMap)) {
    const checked = checkShardName(tensor, name);
    shardOfTensor.set(tensor, checked);
    names.add(checked);
  }
  if (names.size === 0) refuseNoWeights(directory);
  if (names.size > SHARD_LIMIT) tooManyShards(index.path, names.size);
  // Loaders disagree on which of the two counts; whoever checked one may run the other.
  if (hasSingle && !names.has(SINGLE_FILE)) throw fieldInvalid("weight_map", SINGLE_FILE, `an index that names it, or no ${SINGLE_FILE} beside the index`);
  return shardOfTensor;
}

/** Shard names are the file author's choice: bare names beside the index, nothing else. */
function checkShardName(tensor: string, name: unknown): string {
  const field = `weight_map.${shownValue(tensor)}`;
  if (typeof name !== "string" || name === "" || name.length > 255) throw fieldInvalid(field, name, "a file name");
  if (/[\\/\p{Cc}]/u.test(name) || name === "." || name === ".." || /^[A-Za-z]:/.test(name)) {
    throw new WorkbenchError("checkpoint.indexPathEscapes", { file: INDEX_FILE, field, found: shownValue(name) });
  }
  if (PICKLE.test(name)) throw new WorkbenchError("checkpoint.pickleRefused", { file: name });
  if (!name.endsWith(".safetensors")) throw fieldInvalid(field, name, "a .safetensors file");
  return name;
}

async function shard(directory: CheckpointDirectory, name: string, namedBy: string): Promise<CheckpointFile> {
  const file = await directory.file(name);
  if (file === undefined) throw new WorkbenchError("checkpoint.shardMissing", { file: namedBy, shard: name });
  return file;
}

function tooManyShards(file: string, found: number): never {
  throw new WorkbenchError("checkpoint.fieldInvalid", { file, field: "shards", found: String(found), expected: `at most ${SHARD_LIMIT}` });
}

function fieldInvalid(field: string, found: unknown, expected: string): WorkbenchError {
  return new WorkbenchError("checkpoint.fieldInvalid", { file: INDEX_FILE, field, found: shownValue(found), expected });
}
