/** Compared and shipped at a time, where tensors do not end before. */
export const CHUNK_BYTES = 256 * 2 ** 10;

/** Where a tensor's bytes begin in a file, in any order. */
export type TensorStarts = ReadonlyMap<string, readonly number[]>;

/** What is compared at a time. `at`: in the file. */
export interface Chunk {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Cuts a file at its tensors' beginnings, and every tensor from its own beginning on: the same tensor is cut the same way wherever it lies, and a part in front of it that
 * changed its length moves nothing.
 */
export function* chunksOf(bytes: number, starts: readonly number[]): Generator<Chunk> {
  const borders = [...new Set([0, ...starts.filter((start) => start > 0 && start < bytes)])].sort((a, b) => a - b);
  for (const [index, begin] of borders.entries()) {
    const end = borders[index + 1] ?? bytes;
    for (let at = begin; at < end; at += CHUNK_BYTES) yield { at, bytes: Math.min(CHUNK_BYTES, end - at) };
  }
}
