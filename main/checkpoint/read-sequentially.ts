import type { UnchangedFile } from "./unchanged-file.ts";

export const CHUNK_BYTES = 4 << 20;

/**
 * Walks a file from start to end, reading each chunk while the one before is worked on.
 * @param buffers two of CHUNK_BYTES; `onChunk` may use its chunk until the promise it returns settles
 */
export async function readSequentially(
  file: UnchangedFile,
  buffers: readonly [Uint8Array, Uint8Array],
  onChunk: (chunk: Uint8Array, offset: number) => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  const fetch = (offset: number): { readonly chunk: Uint8Array; readonly arrived: Promise<void> } => {
    const chunk = buffers[(offset / CHUNK_BYTES) % 2 === 0 ? 0 : 1].subarray(0, Math.min(CHUNK_BYTES, file.bytes - offset));
    const arrived = file.read(chunk, offset);
    arrived.catch(() => undefined);
    return { chunk, arrived };
  };
  let next = fetch(0);
  for (let offset = 0; offset < file.bytes; offset += CHUNK_BYTES) {
    const { chunk, arrived } = next;
    await arrived;
    if (offset + CHUNK_BYTES < file.bytes) next = fetch(offset + CHUNK_BYTES);
    try {
      signal.throwIfAborted();
      await onChunk(chunk, offset);
    } catch (error) {
      // The buffers are the caller's again only when nothing writes into them.
      await next.arrived.catch(() => undefined);
      throw error;
    }
  }
  await file.verify();
}

export function chunkBuffers(): readonly [Uint8Array, Uint8Array] {
  return [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
}
