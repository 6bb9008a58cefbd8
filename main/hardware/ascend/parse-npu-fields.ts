import { parseId } from "./parse-whole-number.ts";

/** "HBM Capacity(MB)" → "65536", keys in lower case. */
export type NpuFields = ReadonlyMap<string, string>;

export interface NpuAnswerFields {
  /** What is said of the card, or of whatever chip was asked for. */
  readonly card: NpuFields;
  /** What is said of each of its chips. */
  readonly chips: ReadonlyMap<number, NpuFields>;
}

const CARD_KEYS = new Set(["npu id", "chip count", "total count"]);

/**
 * Reads `key : value` lines as `npu-smi info -t board|memory|usages|common|health` prints them. `usages` and `memory` name a chip after its
 * fields, `common` before them; a board answer about one chip names it among its fields. Fields that no chip owns are the card's.
 */
export function parseNpuFields(lines: readonly string[]): NpuAnswerFields {
  const pairs = lines.map(pairOf).filter((pair) => pair !== null);
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

/** One card of `npu-smi info -l`. */
export interface NpuListEntry {
  readonly npuId: number;
  readonly chipCount: number | null;
  readonly serial: string | null;
}

/** No card has more than four chips (Atlas 300I has four 310). */
const MAX_CHIPS_PER_CARD = 16;

/** Reads `npu-smi info -l`. An id at the very end has lost what follows it, perhaps digits too. */
export function parseNpuList(lines: readonly string[]): NpuListEntry[] {
  const pairs = lines.map(pairOf).filter((pair) => pair !== null);
  const starts = pairs.flatMap(([key], index) => (key === "npu id" && index < pairs.length - 1 ? [index] : []));
  const entries = new Map<number, NpuListEntry>();
  starts.forEach((start, n) => {
    const fields = fieldsOf(pairs.slice(start, starts[n + 1]));
    const npuId = parseId(fields.get("npu id"));
    const chipCount = parseId(fields.get("chip count"));
    if (npuId === null || entries.has(npuId)) return;
    entries.set(npuId, { npuId, chipCount: chipCount !== null && chipCount <= MAX_CHIPS_PER_CARD ? chipCount : null, serial: valueOf(fields, "serial number") });
  });
  return [...entries.values()];
}

/** A field's value; null where it is missing or says so ("NA", "-"). */
export function valueOf(fields: NpuFields, key: string): string | null {
  const value = fields.get(key) ?? "";
  return /^(?:|-|NA|N\/A|unknown)$/i.test(value) ? null : value;
}

function pairOf(line: string): [string, string] | null {
  const match = /^\s*([^:：|]{1,64}?)\s*[:：]\s*(.*?)\s*$/.exec(line);
  return match === null ? null : [(match[1] ?? "").toLowerCase().replace(/\s+/g, " ").replace(/ \(/g, "("), match[2] ?? ""];
}

/** Of a key that is there twice, the first counts: what follows is another chip's, or the controller's. */
function fieldsOf(pairs: readonly (readonly [string, string])[]): NpuFields {
  const fields = new Map<string, string>();
  for (const [key, value] of pairs) if (!fields.has(key)) fields.set(key, value);
  return fields;
}
