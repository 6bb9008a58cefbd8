import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { ModelArithmetic, ModelSpec } from "../../shared/schemas/model-spec.ts";
import { copyCheckpoint } from "../checkpoint/copy-checkpoint.ts";
import { checkpointDigest, hashCheckpoint } from "../checkpoint/hash-checkpoint.ts";
import type { HashedFile } from "../domain/checkpoint.ts";
import { modelArithmetic } from "../spec/model-arithmetic.ts";
import type { JobContext } from "./job-context.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

export interface ImportedModel {
  readonly digest: string;
  readonly name: string;
  readonly directory: string;
  readonly bytes: number;
  readonly spec: ModelSpec;
  readonly arithmetic: ModelArithmetic;
  readonly tensors: number;
  readonly ignoredMtpTensors: number;
  readonly files: readonly HashedFile[];
}

/** Room kept free beside what a copy needs: a file system filled to the last byte stops more than this job. */
const SPARE_BYTES = 64 * 2 ** 20;

/**
 * Brings a checkpoint in: opens and understands it before a byte moves, then hashes it where it lies (`inPlace`) or copies it to `to`,
 * hashing in the same pass. The copy is made as `to`.partial and renamed last; a killed copy is taken up again.
 */
export async function importModel(
  context: JobContext,
  request: { readonly directory: string; readonly name: string; readonly mode: "copy" | "inPlace"; readonly to: string },
): Promise<ImportedModel> {
  const { files, onProgress, signal } = context;
  const { checkpoint, spec, ignoredMtp } = await understandCheckpoint(files, request.directory);
  const bytes = checkpoint.files.reduce((sum, file) => sum + file.bytes, 0);
  let hashed: readonly HashedFile[];
  if (request.mode === "inPlace") {
    hashed = await hashCheckpoint(files, checkpoint, onProgress, signal);
  } else if (await files.status(request.to)) {
    // Killed between the rename and the answer: the copy is whole, only its digests are wanted.
    const copied = await understandCheckpoint(files, request.to);
    hashed = await hashCheckpoint(files, copied.checkpoint, onProgress, signal);
  } else {
    hashed = await copyInto(context, request.to, bytes, (partial) => copyCheckpoint(files, checkpoint, partial, onProgress, signal));
  }
  return {
    digest: checkpointDigest(hashed), name: request.name, directory: request.mode === "copy" ? request.to : request.directory, bytes, spec,
    arithmetic: modelArithmetic(spec), tensors: checkpoint.tensors.size, ignoredMtpTensors: ignoredMtp.length, files: hashed,
  };
}

async function copyInto<T>({ files }: JobContext, to: string, bytes: number, copy: (partial: string) => Promise<T>): Promise<T> {
  const partial = `${to}.partial`;
  await files.makeDirectory(partial);
  await requireSpace(files, partial, bytes);
  try {
    const copied = await copy(partial);
    await files.rename(partial, to);
    return copied;
  } catch (error) {
    // A full disk stays full until what was half-written is gone; a cancelled or killed copy is kept for the resume.
    if (error instanceof WorkbenchError && error.code === "files.noSpace") await files.remove(partial);
    throw error;
  }
}

/** Refuses before the first byte what could not end well. Bytes already in the partial copy are not needed again. */
async function requireSpace(files: JobContext["files"], partial: string, bytes: number): Promise<void> {
  let present = 0;
  for (const name of await files.list(partial)) present += (await files.status(path.join(partial, name)))?.bytes ?? 0;
  const neededBytes = Math.max(0, bytes - present) + SPARE_BYTES;
  const freeBytes = await files.freeBytes(partial);
  if (freeBytes < neededBytes) {
    if (present === 0) await files.remove(partial);
    throw new WorkbenchError("files.noSpace", { file: partial, neededBytes, freeBytes });
  }
}
