import { parseMebibytes } from "./parse-whole-number.ts";
import type { NpuAnswerFields, NpuFields } from "./parse-npu-fields.ts";
import type { NpuTableChip } from "./parse-npu-table.ts";

/** What one source says of a chip's memory. */
export interface ChipMemory {
  readonly kind: "hbm" | "ddr";
  readonly totalBytes: number;
  readonly usedBytes: number | null;
  readonly source: string;
}

/**
 * HBM where there is any, otherwise the memory on the board: 910A has both, and its DDR belongs to the control processors; A2 and A3 show 0 / 0 of the
 * one, 310s have only the other.
 */
export function memoryOfTable({ hbm, memory }: NpuTableChip, source: string): ChipMemory[] {
  const from = (kind: ChipMemory["kind"], usage: typeof hbm): ChipMemory[] =>
    (usage?.totalBytes ?? 0) > 0 ? [{ kind, totalBytes: usage?.totalBytes ?? 0, usedBytes: usage?.usedBytes ?? null, source }] : [];
  return [...from("hbm", hbm), ...from("ddr", memory)].slice(0, 1);
}

/** Capacities of `-t memory` and `-t usages`; what is used is told there in whole percent. */
export function memoryOfFields(fields: NpuAnswerFields, chipId: number, source: string): ChipMemory[] {
  const chip = chipFields(fields, chipId);
  const from = (kind: ChipMemory["kind"], name: string): ChipMemory[] => {
    const totalBytes = parseMebibytes(chip.get(`${name} capacity(mb)`)) ?? 0;
    return totalBytes > 0 ? [{ kind, totalBytes, usedBytes: partOf(totalBytes, chip.get(`${name} usage rate(%)`)), source }] : [];
  };
  return [...from("hbm", "hbm"), ...from("ddr", "ddr")].slice(0, 1);
}

/** `-t common` tells only rates; they are of the memory that another answer told. */
export function usedByRate(fields: NpuAnswerFields, chipId: number, { command, known }: { readonly command: string; readonly known: readonly ChipMemory[] }): ChipMemory[] {
  const memory = known[0];
  const chip = chipFields(fields, chipId);
  const rate = memory?.kind === "hbm" ? chip.get("hbm usage rate(%)") : chip.get("memory usage rate(%)");
  const usedBytes = memory === undefined ? null : partOf(memory.totalBytes, rate);
  return memory === undefined || usedBytes === null ? [] : [{ ...memory, usedBytes, source: command }];
}

/** Of one chip; an answer without chip ids is about a card that has one. */
function chipFields({ card, chips }: NpuAnswerFields, chipId: number): NpuFields {
  return chips.get(chipId) ?? (chips.size === 0 && chipId === 0 ? card : new Map());
}

function partOf(totalBytes: number, percent: string | undefined): number | null {
  return percent !== undefined && /^(?:100|[0-9]{1,2})$/.test(percent) ? Math.round((totalBytes * Number(percent)) / 100) : null;
}
