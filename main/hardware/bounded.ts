/* What a machine's schema takes (shared/schemas/machine.ts). A record is somebody else's text: figures and names beyond it are noise or malice, and count as not told. */

/** Beyond it a whole number is not exact. */
const MOST_BYTES = Number.MAX_SAFE_INTEGER;
const MOST_COUNT = 2 ** 20;
const LONGEST_TEXT = 4096;

export function boundedBytes(bytes: number | null): number | null {
  return bytes === null || bytes < 0 || bytes > MOST_BYTES ? null : bytes;
}

export function boundedCount(count: number | null): number | null {
  return count === null || count < 0 || count > MOST_COUNT ? null : count;
}

export function boundedText(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}
