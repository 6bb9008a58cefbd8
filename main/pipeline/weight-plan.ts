import type { Checkpoint } from "../domain/checkpoint.ts";
import type { Placement, Storage, Weight } from "../domain/weights.ts";

/** All that a worker needs to store any weight of a model: plain data, so that it can be cloned into a thread. */
export interface WeightPlan {
  readonly checkpoint: Checkpoint;
  /** Where the weight files are. */
  readonly directory: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly weights: readonly PlannedWeight[];
}

export interface PlannedWeight {
  readonly weight: Weight;
  readonly storage: Storage;
  /** One per stored part. */
  readonly placements: readonly Placement[];
}

/** Bytes that a weight takes in the checkpoint, for progress: what was read is what took the time. */
export function checkpointBytes(checkpoint: Checkpoint, weight: Weight): number {
  let bytes = 0;
  for (const part of weight.parts) {
    const tensor = checkpoint.tensors.get(part.tensor);
    if (tensor === undefined) continue;
    const rows = tensor.shape.slice(0, -1).reduce((product, dim) => product * dim, 1);
    bytes += (tensor.bytes / rows) * part.rowCount;
  }
  return bytes;
}
