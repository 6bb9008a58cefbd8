const MEBIBYTE = 2 ** 20;
const UNIT_BYTES: Readonly<Record<string, number>> = { "": MEBIBYTE, b: 1, bytes: 1, kib: 1024, kb: 1000, mib: MEBIBYTE, mb: MEBIBYTE, gib: 2 ** 30, gb: 2 ** 30 };
/** The largest device of today has 288 GiB; what exceeds 4 PiB is not a memory. */
const MEMORY_LIMIT_BYTES = 2 ** 52;
/** Longest text taken from a tool; the longest product name has 60 characters. */
const TEXT_CHARACTERS = 200;

const ABSENT = /^\[?(?:|-|N\/A|None|Not Supported|Not Available|Not Found|Unknown|Deprecated\b.*|Requested functionality has been deprecated)\]?$/i;
const REFUSED = /insufficient permissions?|no permission/i;
const FAULT = /unknown error|\bERR!|requires? (?:a )?reset|\bis lost\b|fallen off|insufficient external power|timeout|^\[?(?:error|invalid)\b/i;

/** What stands in one field of a tool's output: a value, a word for its absence, or a word for what went wrong in asking. */
export type ToolValue = { readonly kind: "value"; readonly text: string } | { readonly kind: "absent" } | { readonly kind: "refused" | "fault"; readonly words: string };

export function toolValue(field: string): ToolValue {
  const text = field.trim().slice(0, TEXT_CHARACTERS);
  if (ABSENT.test(text)) return { kind: "absent" };
  if (REFUSED.test(text)) return { kind: "refused", words: text };
  if (FAULT.test(text)) return { kind: "fault", words: text };
  return { kind: "value", text };
}

export function textOf(field: string | undefined): string | undefined {
  const value = toolValue(field ?? "");
  return value.kind === "value" ? value.text : undefined;
}

/** An index or an id: six digits are more than any machine has of anything. */
export function countOf(field: string | undefined): number | undefined {
  const text = textOf(field);
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** A counter, which may have run for years. */
export function counterOf(field: string | undefined): number | undefined {
  const text = textOf(field);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** What stands in a field, as a person is shown it. */
export function shownWords(field: string): string {
  return field.trim().slice(0, TEXT_CHARACTERS);
}

/**
 * "81559 MiB", "81559MiB", "81559", "81,559 MiB" → bytes. Nvidia's MB are MiB. Groups of three digits are thousands in any language: no tool prints a memory with three decimals.
 */
export function bytesOf(field: string | undefined): number | undefined {
  const match = /^(\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+|\d+)(?:[.,](\d{1,2}))?\s*([a-z]*)$/i.exec(textOf(field) ?? "");
  if (match === null) return undefined;
  const unit = UNIT_BYTES[(match[3] ?? "").toLowerCase()];
  const value = Number(`${(match[1] ?? "").replace(/\D/g, "")}.${match[2] ?? "0"}`);
  if (unit === undefined || !(value * unit <= MEMORY_LIMIT_BYTES)) return undefined;
  return Math.round(value * unit);
}

/** A version with its dots; driver 610 puts prose where older ones put "590.48.01". */
export function versionOf(field: string | undefined): string | undefined {
  return /^\d+(?:\.\d+)+(?=$|\s)/.exec(textOf(field) ?? "")?.[0];
}

/** "9.0"; a decimal comma is put right. */
export function capabilityOf(field: string | undefined): string | undefined {
  const match = /^(\d{1,2})[.,](\d)$/.exec(textOf(field) ?? "");
  return match === null ? undefined : `${match[1]}.${match[2]}`;
}

/** "00000000:83:00.0", "0000:83:00.0" and "83:00.0" are one device; sysfs writes the domain with four digits where four suffice. */
export function busIdOf(field: string | undefined): string | undefined {
  const match = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i.exec(textOf(field) ?? "");
  if (match === null) return undefined;
  const domain = Number.parseInt(match[1] ?? "0", 16).toString(16).padStart(4, "0");
  return `${domain}:${match[2]}:${match[3]}.${match[4]}`.toLowerCase();
}

/** Whole ids only: half of one, from a cut line, would name another device. */
export function gpuUuidOf(field: string | undefined): string | undefined {
  return /^GPU-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(textOf(field) ?? "") ? textOf(field) : undefined;
}

/** Taken out of a capture before it reached us: the same for every device, so it tells none apart. */
export function isMasked(uuid: string): boolean {
  return /^(?:GPU|MIG)-[0x-]+$/i.test(uuid);
}
