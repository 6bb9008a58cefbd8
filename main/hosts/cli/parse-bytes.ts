import { InvalidArgumentError } from "commander";

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 };

/** "12GiB", "12 GB", "800m" (binary, as ulimit and Java take it), "12884901888". */
export function parseBytes(text: string): number {
  const [, figure = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  const bytes = Math.round(Number(figure) * (factor ?? Number.NaN));
  if (figure === "" || !Number.isSafeInteger(bytes) || bytes <= 0) throw new InvalidArgumentError("It must be an amount of memory, as in 12GiB or 12GB.");
  return bytes;
}
