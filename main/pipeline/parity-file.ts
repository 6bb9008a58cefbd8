import { createHash } from "node:crypto";
import { WorkbenchError } from "../../shared/errors.ts";
import { encodeSafetensors } from "../checkpoint/encode-safetensors.ts";
import { readSafetensors } from "../checkpoint/read-safetensors.ts";
import type { Files } from "../domain/files.ts";
import type { ParityRecord } from "../domain/model-package.ts";

/** 64 positions of a vocabulary of 262,144 are 67 MB; a record somebody else wrote may be longer, but not without end. */
const MAX_PARITY_BYTES = 2 ** 30;

export interface ReadParity {
  readonly record: ParityRecord;
  readonly sha256: string;
}

/** Reads input_ids int64 [T], logits float32 [T, V] and greedy_ids int64 [G] (may be absent). @throws parity.recordInvalid, checkpoint.* */
export async function readParityFile(files: Files, file: string): Promise<ReadParity> {
  const tensors = await readSafetensors(files, file, MAX_PARITY_BYTES);
  const invalid = (reason: string): WorkbenchError => new WorkbenchError("parity.recordInvalid", { file, reason });
  const ids = (name: string, required: boolean): number[] => {
    const tensor = tensors.get(name);
    if (tensor === undefined && !required) return [];
    if (tensor === undefined || tensor.dtype !== "I64" || tensor.shape.length !== 1) throw invalid(`${name} is not an int64 vector`);
    return Array.from(new BigInt64Array(tensor.bytes.slice().buffer), Number);
  };
  const inputIds = ids("input_ids", true);
  const greedyIds = ids("greedy_ids", false);
  const logits = tensors.get("logits");
  const vocabSize = logits?.shape[1] ?? 0;
  if (logits === undefined || logits.dtype !== "F32" || logits.shape.length !== 2 || logits.shape[0] !== inputIds.length || vocabSize < 1) {
    throw invalid(`logits is not float32 [${inputIds.length}, vocabulary]`);
  }
  if (inputIds.length === 0) throw invalid("input_ids is empty");
  const values = new Float32Array(logits.bytes.slice().buffer);
  if (!values.every(Number.isFinite)) throw invalid("logits holds values that are not finite");
  const sha256 = createHash("sha256").update(await files.readAll(file, MAX_PARITY_BYTES)).digest("hex");
  return { record: { inputIds, logits: values, vocabSize, greedyIds }, sha256 };
}

/** Writes a record whole or not at all. The digest says which model it speaks of. */
export async function writeParityFile(files: Files, file: string, record: ParityRecord, modelDigest: string): Promise<void> {
  const int64 = (name: string, ids: readonly number[]) => ({ name, dtype: "I64" as const, shape: [ids.length], bytes: new Uint8Array(BigInt64Array.from(ids, BigInt).buffer) });
  const { inputIds, greedyIds, logits, vocabSize } = record;
  const bytes = encodeSafetensors(
    [int64("input_ids", inputIds), { name: "logits", dtype: "F32", shape: [inputIds.length, vocabSize], bytes: new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength) }, int64("greedy_ids", greedyIds)],
    { model_digest: modelDigest },
  );
  await files.writeWhole(file, bytes);
}
