import { MAX_DEVICES } from "./max-devices.ts";
import { parseId, parseMebibytes } from "./parse-whole-number.ts";

/** Used and total. */
export interface NpuUsage {
  readonly usedBytes: number | null;
  readonly totalBytes: number | null;
}

/** A chip as its two rows of `npu-smi info` tell it; null: its layout has no such column, or nothing that can be read stands there. */
export interface NpuTableChip {
  readonly npuId: number;
  readonly chipId: number;
  /** Column `Device` of 310, 310P and 310B: the driver's logic id. */
  readonly device: number | null;
  /** Column `Phy-ID` of A3: N of /dev/davinciN. */
  readonly physicalId: number | null;
  readonly name: string | null;
  readonly health: string | null;
  readonly busId: string | null;
  readonly memory: NpuUsage | null;
  readonly hbm: NpuUsage | null;
}

export interface NpuTable {
  readonly toolVersion: string | null;
  readonly driverVersion: string | null;
  readonly chips: readonly NpuTableChip[];
  /** The layout of 950 (25.7 and later): NPU ID is the logic id, there is no chip column. */
  readonly hasNpuIdColumn: boolean;
  /** Rows that miss their other half, or columns: the table was cut, or another text ran into it. */
  readonly incompleteRows: number;
}

/** Names of the columns, cell by cell, of a chip's first and second row. */
interface Layout {
  readonly first: readonly (readonly string[])[];
  readonly second: readonly (readonly string[])[];
}

type Row = ReadonlyMap<string, string>;

const ABSENT = /^(?:-|NA|N\/A|NULL)?$/i;
const BUS_ID = /^(?:[0-9a-fx]{4,8}:)?[0-9a-fx]{2}:[0-9a-fx]{2}\.[0-9a-fx]$/i;
/** "3412 / 65536", "52675/ 65536", "NA / NA": one value, however it is spaced. A figure with a letter in it, as read off a screen ("6S536"), is none: its beginning would be another. */
const VALUES = /(?:[0-9]+|NA|-)\s*\/\s*(?:[0-9]+|NA|-)(?!\S)|\S+/g;

/**
 * Reads `npu-smi info`, 21.x to 26.x. Every chip has two rows; the two header rows say what stands in them, column widths say nothing.
 * Rows are taken whole or not at all, so that a cut text never yields a chip that is not there.
 */
export function parseNpuTable(lines: readonly string[]): NpuTable {
  const banner = lines.map((line) => /npu-smi\s+v?([0-9][^\s|]*)\s+Version:\s*([^\s|]+)/i.exec(line)).find((match) => match !== null);
  const chips = new Map<string, NpuTableChip>();
  let hasNpuIdColumn = false;
  let incompleteRows = 0;
  let headerCells: readonly string[] | null = null;
  let layout: Layout | null = null;
  let firstRow: Row | null = null;
  for (const line of lines) {
    if (!/^\s*\|/.test(line)) continue;
    const cells = cellsOf(line);
    if (isFirstHeader(cells)) {
      headerCells = cells;
      layout = null;
    } else if (headerCells !== null && cells.some((cell) => /Bus-Id/i.test(cell))) {
      layout = { first: headerCells.map(columnsOf), second: cells.map(columnsOf) };
      hasNpuIdColumn ||= layout.first.flat().includes("npu_id");
      headerCells = null;
    } else if (cells.some((cell) => /^Process id|^No running processes/i.test(cell))) {
      layout = null;
    } else if (layout !== null) {
      const isSecond = isSecondRow(layout, cells, firstRow !== null);
      const row = readRow(isSecond ? layout.second : layout.first, cells);
      if (isSecond) {
        const chip = firstRow === null || row === null ? null : chipOf(firstRow, row);
        firstRow = null;
        if (chip === null) incompleteRows++;
        else if (chips.size < MAX_DEVICES && !chips.has(`${chip.npuId}.${chip.chipId}`)) chips.set(`${chip.npuId}.${chip.chipId}`, chip);
      } else {
        if (firstRow !== null || row === null) incompleteRows++;
        firstRow = row;
      }
    }
  }
  if (firstRow !== null) incompleteRows++;
  return { toolVersion: banner?.[1] ?? null, driverVersion: banner?.[2] ?? null, chips: [...chips.values()], hasNpuIdColumn, incompleteRows };
}

/** An open last cell is kept open: a row that does not end in "|" has fewer cells than its header, and is not believed. */
function cellsOf(line: string): string[] {
  const cells = line.trim().split("|").slice(1);
  cells.pop();
  return cells.map((cell) => cell.trim());
}

function isFirstHeader(cells: readonly string[]): boolean {
  return /^NPU\b/i.test(cells[0] ?? "") && cells.some((cell) => /^Health\b/i.test(cell));
}

/** "NPU ID" and "NPU Util(%)" are one column each; no other name has a blank in it. */
function columnsOf(cell: string): string[] {
  return cell.replace(/NPU (?=ID|Util)/gi, "NPU_").split(/\s+/).filter((name) => name !== "").map((name) => name.toLowerCase());
}

/** Where the first row has Health, the second has the address. SoC devices have none ("NA"), which health may also be. */
function isSecondRow(layout: Layout, cells: readonly string[], hasFirst: boolean): boolean {
  const cell = cells[layout.second.findIndex((columns) => columns.includes("bus-id"))] ?? "";
  return BUS_ID.test(cell) || (hasFirst && ABSENT.test(cell));
}

/** @returns null for a row that has not the cells its header has */
function readRow(layout: readonly (readonly string[])[], cells: readonly string[]): Row | null {
  if (cells.length !== layout.length) return null;
  const row = new Map<string, string>();
  layout.forEach((columns, index) => {
    const values = cells[index]?.match(VALUES) ?? [];
    // Pairs and plain values are matched apart, so that a column we do not know shifts only its own kind.
    assign(row, columns.filter((name) => name.includes("usage")), values.filter((value) => value.includes("/")));
    assign(row, columns.filter((name) => !name.includes("usage")), values.filter((value) => !value.includes("/")));
  });
  return row;
}

/** The last column takes what is left ("Ascend 910B3" has a blank); where values are missing, nobody knows which. */
function assign(row: Map<string, string>, columns: readonly string[], values: readonly string[]): void {
  if (values.length < columns.length) return;
  for (const [index, name] of columns.entries()) row.set(name, index === columns.length - 1 ? values.slice(index).join(" ") : (values[index] ?? ""));
}

function chipOf(first: Row, second: Row): NpuTableChip | null {
  const npuId = parseId(first.get("npu") ?? first.get("npu_id"));
  const chipId = second.has("chip") ? parseId(second.get("chip")) : first.has("npu_id") ? 0 : null;
  if (npuId === null || chipId === null) return null;
  return {
    npuId, chipId, device: parseId(second.get("device")), physicalId: parseId(second.get("phy-id")), name: textOf(first.get("name")), health: textOf(first.get("health")),
    busId: textOf(second.get("bus-id")), memory: usageOf(second.get("memory-usage(mb)")), hbm: usageOf(second.get("hbm-usage(mb)")),
  };
}

function textOf(value: string | undefined): string | null {
  return value === undefined || ABSENT.test(value) ? null : value;
}

function usageOf(value: string | undefined): NpuUsage | null {
  const [used, total] = value?.split("/").map((part) => part.trim()) ?? [];
  const usage = { usedBytes: parseMebibytes(used), totalBytes: parseMebibytes(total) };
  return usage.totalBytes === null ? null : usage;
}
