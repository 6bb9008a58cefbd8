/** The schema's limit on counts; 310P cards have ids of 32768. */
const MAX_ID = 1 << 20;
/** The schema's limit on bytes, in MiB. */
const MAX_MEBIBYTES = 2 ** 40;

/** An id as npu-smi writes it; null for what stands in its place ("-", "NA", a cut cell). */
export function parseId(word: string | undefined): number | null {
  return parseWhole(word, MAX_ID);
}

/** Megabytes as npu-smi means them (2²⁰ bytes: 64 GB are 65536) → bytes. */
export function parseMebibytes(word: string | undefined): number | null {
  const mebibytes = parseWhole(word, MAX_MEBIBYTES);
  return mebibytes === null ? null : mebibytes * 2 ** 20;
}

function parseWhole(word: string | undefined, most: number): number | null {
  if (word === undefined || !/^[0-9]{1,16}$/.test(word)) return null;
  const value = Number(word);
  return value <= most ? value : null;
}
