import { WorkbenchError } from "../../shared/errors.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import { openCheckpoint } from "../checkpoint/open-checkpoint.ts";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import type { Weight } from "../domain/weights.ts";
import { matchTensors } from "../spec/match-tensors.ts";
import { readModelSpec } from "../spec/read-model-spec.ts";
import { weightsOf } from "../spec/weights-of.ts";

/** A checkpoint whose every tensor has been matched with what its architecture needs. */
export interface UnderstoodCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly spec: ModelSpec;
  readonly weights: readonly Weight[];
  /** Tensors of multi-token-prediction layers: recognised, counted, left out. */
  readonly ignoredMtp: readonly string[];
}

/**
 * Files → Checkpoint → ModelSpec → weights, checked against each other; nothing is read but headers.
 * @throws checkpoint.*, spec.*
 */
export async function understandCheckpoint(files: Files, directory: string): Promise<UnderstoodCheckpoint> {
  const checkpoint = await openCheckpoint(files, directory);
  const spec = readModelSpec(checkpoint.config);
  const weights = weightsOf(spec, new Set(checkpoint.tensors.keys()));
  const { ignoredMtp } = matchTensors(spec, weights, checkpoint);
  return { checkpoint, spec, weights, ignoredMtp };
}

/** Refuses a checkpoint that is not, byte for byte, the one that was imported. */
export function sameDigest(directory: string, expected: string, found: string): void {
  if (expected !== found) throw new WorkbenchError("checkpoint.checksumMismatch", { file: directory, expected, found });
}
