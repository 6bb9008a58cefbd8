import { join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { CheckpointFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import type { WeightFiles } from "./find-weight-files.ts";
import { INDEX_FILE } from "./find-weight-files.ts";
import type { HeaderTensor } from "./parse-safetensors-header.ts";
import { readSafetensorsHeader } from "./read-safetensors-header.ts";

/** Over all shards; each shard alone has the limit of its header. Largest honest checkpoint: about 0.25 million with scales. */
const TENSOR_LIMIT = 2_000_000;
/** What a weight may be stored as. */
const WEIGHT_DTYPES: ReadonlySet<string> = new Set(["F32", "F16", "BF16", "F8_E4M3"]);

/** A tensor as it stands in its file, before scales are folded into the weights they belong to. */
export interface StoredTensor extends HeaderTensor {
  /** Relative to the checkpoint directory. */
  readonly file: string;
}

/**
 * Reads the header of every shard. Order: shards by path, then position in the shard.
 *
 * With an index, the two must agree exactly: a tensor the index promises and the shard lacks, or one the shard holds and the index does not
 * name there, means that the files are not of one piece, and loaders differ in what they make of it.
 * @throws checkpoint.duplicateTensor, tensorNotInShard, tensorUnexpected, dtypeUnsupported, tooManyTensors, changedDuringRead, noWeights and all of readSafetensorsHeader
 */
export async function readWeightTensors(files: Files, directory: string, weights: WeightFiles): Promise<Map<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  for (const shard of weights.shards) {
    for (const tensor of await readShard(files, directory, shard)) {
      const other = tensors.get(tensor.name);
      if (other !== undefined) throw new WorkbenchError("checkpoint.duplicateTensor", { tensor: tensor.name, file: shard.path, otherFile: other.file });
      if (tensors.size >= TENSOR_LIMIT) throw new WorkbenchError("checkpoint.tooManyTensors", { file: shard.path, count: tensors.size + 1, limit: TENSOR_LIMIT });
      tensors.set(tensor.name, { ...tensor, file: shard.path });
    }
  }
  if (weights.index !== null) compareWithIndex(tensors, weights.index);
  if (tensors.size === 0) throw new WorkbenchError("checkpoint.noWeights", { file: directory });
  return tensors;
}

async function readShard(files: Files, directory: string, shard: CheckpointFile): Promise<readonly HeaderTensor[]> {
  const file = await files.open(join(directory, shard.path));
  try {
    if (file.bytes !== shard.bytes) throw new WorkbenchError("checkpoint.changedDuringRead", { file: shard.path });
    const { tensors } = await readSafetensorsHeader(file, shard.path);
    for (const { name, dtype } of tensors) {
      if (!WEIGHT_DTYPES.has(dtype)) {
        throw new WorkbenchError("checkpoint.dtypeUnsupported", { file: shard.path, field: name, found: dtype, supported: [...WEIGHT_DTYPES].join(", ") });
      }
    }
    return tensors;
  } finally {
    await file.close();
  }
}

function compareWithIndex(tensors: ReadonlyMap<string, StoredTensor>, index: ReadonlyMap<string, string>): void {
  for (const [name, shard] of index) {
    if (tensors.get(name)?.file !== shard) throw new WorkbenchError("checkpoint.tensorNotInShard", { tensor: name, file: shard });
  }
  const unnamed = [...tensors.keys()].filter((name) => !index.has(name));
  const [first] = unnamed;
  if (first !== undefined) throw new WorkbenchError("checkpoint.tensorUnexpected", { tensor: `${first} (not named by ${INDEX_FILE})`, count: unnamed.length });
}
