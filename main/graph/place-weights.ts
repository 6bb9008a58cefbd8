import { PACKAGE_FILES } from "../domain/model-package.ts";
import type { Placement, Storage, StorageMap, StoredPart, Weight } from "../domain/weights.ts";

/**
 * A file of weights stays below 4 GiB, the largest file of FAT32 and so of the sticks that carry packages (DESIGN §5).
 */
const MAX_FILE_BYTES = 2 ** 32 - 2 ** 20;

/** Every part starts on a page of its own, so that mapping it needs no copy and the experts never routed to are never read. */
const PART_ALIGNMENT = 4096;

/** Vectors (norms, biases) are too many and too small for a page each. */
const SMALL_PART_ALIGNMENT = 64;

export interface PlacedWeights {
  /** In reading order of the weights. */
  readonly placements: readonly Placement[];
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** Bytes of each part of a matrix [rows, columns] in its storage; the layout is com.microsoft.MatMulNBits' (notes in blocks/linear.ts). */
export function storedParts(storage: Storage, rows: number, columns: number): { part: StoredPart; bytes: number }[] {
  if (storage.kind === "float32") return [{ part: "float32", bytes: rows * columns * 4 }];
  const blocks = Math.ceil(columns / storage.blockSize);
  const parts: { part: StoredPart; bytes: number }[] = [
    { part: "packed", bytes: rows * blocks * ((storage.blockSize * storage.bits) / 8) },
    { part: "scales", bytes: rows * blocks * 4 },
  ];
  if (!storage.symmetric) parts.push({ part: "zero_points", bytes: rows * Math.ceil((blocks * storage.bits) / 8) });
  return parts;
}

/** Lays the weights one after the other into files below 4 GiB. The same weights and storage always give the same places. */
export function placeWeights(weights: readonly Weight[], storage: StorageMap): PlacedWeights {
  const placements: Placement[] = [];
  const fileBytes: number[] = [0];
  for (const weight of weights) {
    const stored = storage.get(weight.id) as Storage;
    for (const { part, bytes } of storedParts(stored, weight.rows, weight.columns)) {
      const alignment = bytes < PART_ALIGNMENT ? SMALL_PART_ALIGNMENT : PART_ALIGNMENT;
      let index = fileBytes.length - 1;
      let offset = Math.ceil((fileBytes[index] as number) / alignment) * alignment;
      if (offset + bytes > MAX_FILE_BYTES && offset > 0) {
        index = fileBytes.push(0) - 1;
        offset = 0;
      }
      placements.push({ weightId: weight.id, part, file: PACKAGE_FILES.weights(index), offset, bytes });
      fileBytes[index] = offset + bytes;
    }
  }
  return { placements, files: fileBytes.map((bytes, index) => ({ name: PACKAGE_FILES.weights(index), bytes })) };
}
