import { fieldOf, fieldsOf, pairsOf } from "./parse-npu-fields.ts";
import { parseId } from "./parse-whole-number.ts";

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
  const pairs = pairsOf(lines);
  const starts = pairs.flatMap(([key], index) => (key === "npu id" && index < pairs.length - 1 ? [index] : []));
  const entries = new Map<number, NpuListEntry>();
  starts.forEach((start, n) => {
    const fields = fieldsOf(pairs.slice(start, starts[n + 1]));
    const npuId = parseId(fields.get("npu id"));
    const chipCount = parseId(fields.get("chip count"));
    if (npuId === null || entries.has(npuId)) return;
    entries.set(npuId, { npuId, chipCount: chipCount !== null && chipCount <= MAX_CHIPS_PER_CARD ? chipCount : null, serial: fieldOf(fields, "serial number") });
  });
  return [...entries.values()];
}
