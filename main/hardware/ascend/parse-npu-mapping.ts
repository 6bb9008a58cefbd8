import { parseId } from "./parse-whole-number.ts";

/** A row of `npu-smi info -m`. */
export interface NpuMappingRow {
  readonly npuId: number;
  readonly chipId: number;
  readonly logicId: number | null;
  readonly physicalId: number | null;
  readonly name: string | null;
}

const HEADINGS = ["NPU ID", "Chip ID", "Chip Logic ID", "Chip Phy-ID", "Chip Name", "Slot ID"] as const;
const HEADING = /NPU ID|Chip Logic ID|Chip Phy-ID|Chip ID|Chip Name|Slot ID/gi;

/**
 * Reads `npu-smi info -m`: four columns on A2, five on A3 (with Chip Phy-ID), others on 950 (Slot ID in place of Chip Logic ID). The headings say
 * which; every column but the last, the name, is one word. The card's controller ("Mcu") is no device and is left out.
 */
export function parseNpuMapping(lines: readonly string[]): NpuMappingRow[] {
  const headingAt = lines.findIndex((line) => /NPU ID/i.test(line) && /Chip ID/i.test(line));
  const columns = (lines[headingAt]?.match(HEADING) ?? []).map((found) => HEADINGS.find((heading) => heading.toLowerCase() === found.toLowerCase()));
  if (columns.at(-1) !== "Chip Name") return [];
  const rows = new Map<string, NpuMappingRow>();
  for (const line of lines.slice(headingAt + 1)) {
    const words = line.trim().split(/\s+/);
    if (words.length < columns.length) continue;
    const cell = (heading: (typeof HEADINGS)[number]): string | undefined => (columns.includes(heading) ? words[columns.indexOf(heading)] : undefined);
    const name = words.slice(columns.length - 1).join(" ");
    const npuId = parseId(cell("NPU ID"));
    const chipId = parseId(cell("Chip ID"));
    const logicId = parseId(cell("Chip Logic ID"));
    const physicalId = parseId(cell("Chip Phy-ID"));
    // The controller has neither id, which says it even where its name was cut.
    if (npuId === null || chipId === null || (logicId === null && physicalId === null) || rows.has(`${npuId}.${chipId}`)) continue;
    rows.set(`${npuId}.${chipId}`, { npuId, chipId, logicId, physicalId, name: /^(?:-|NA)$/.test(name) ? null : name });
  }
  return [...rows.values()];
}
