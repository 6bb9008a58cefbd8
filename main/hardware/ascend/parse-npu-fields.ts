import { parseId } from "./parse-whole-number.ts";

/** "HBM Capacity(MB)" → "65536", keys in lower case. */
export type NpuFields = ReadonlyMap<string, string>;

export interface NpuAnswerFields {
  /** What is said of the card, or of whatever chip was asked for. */
  readonly card: NpuFields;
  /** What is said of each of its chips. */
  readonly chips: ReadonlyMap<number, NpuFields>;
}

/** The longest of npu-smi has 40; what is longer is a sentence with a colon in it. */
const MAX_KEY_CHARACTERS = 64;

const CARD_KEYS = new Set(["npu id", "chip count", "total count"]);

/**
 * Reads `key : value` lines as `npu-smi info -t board|memory|usages|common|health` prints them. `usages` and `memory` name a chip after its
 * fields, `common` before them; a board answer about one chip names it among its fields. Fields that no chip owns are the card's.
 */
export function parseNpuFields(lines: readonly string[]): NpuAnswerFields {
  const pairs = pairsOf(lines);
  const chipAt = pairs.flatMap(([key], index) => (key === "chip id" ? [index] : []));
  const first = chipAt[0];
  if (first === undefined) return { card: fieldsOf(pairs), chips: new Map() };
  const isNamedFirst = pairs.slice(0, first).every(([key]) => CARD_KEYS.has(key));
  const chips = new Map<number, NpuFields>();
  chipAt.forEach((at, n) => {
    const chipId = parseId(pairs[at]?.[1]);
    if (chipId === null || chips.has(chipId)) return;
    const block = isNamedFirst ? pairs.slice(at + 1, chipAt[n + 1]) : pairs.slice((chipAt[n - 1] ?? -1) + 1, at);
    chips.set(chipId, fieldsOf(block.filter(([key]) => !CARD_KEYS.has(key))));
  });
  return { card: fieldsOf(pairs.slice(0, first).filter(([key]) => CARD_KEYS.has(key))), chips };
}

/** A field's value; null where it is missing or says so ("NA", "-"). */
export function fieldOf(fields: NpuFields, key: string): string | null {
  const value = fields.get(key) ?? "";
  return /^(?:|-|NA|N\/A|unknown)$/i.test(value) ? null : value;
}

/** The `key : value` lines in order, keys in lower case. */
export function pairsOf(lines: readonly string[]): (readonly [string, string])[] {
  return lines.flatMap((line) => {
    const at = line.search(/[:：]/);
    const key = line.slice(0, Math.max(0, at)).trim();
    if (key === "" || key.length > MAX_KEY_CHARACTERS || key.includes("|")) return [];
    return [[key.toLowerCase().replace(/\s+/g, " ").replace(/ \(/g, "("), line.slice(at + 1).trim()] as const];
  });
}

/** Of a key that is there twice, the first counts: what follows is another chip's, or the controller's. */
export function fieldsOf(pairs: readonly (readonly [string, string])[]): NpuFields {
  const fields = new Map<string, string>();
  for (const [key, value] of pairs) if (!fields.has(key)) fields.set(key, value);
  return fields;
}
