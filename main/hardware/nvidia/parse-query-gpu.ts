import { GPU_LIMIT, type GpuSighting, type Reading } from "./gpu-sighting.ts";
import { splitLines } from "./plain-text.ts";
import { bytesOf, busIdOf, capabilityOf, counterOf, countOf, gpuUuidOf, shownWords, textOf, toolValue, versionOf } from "./tool-value.ts";

/** Their words mean that the device does not answer; elsewhere the same words mean that this reading is not there. */
const VITAL = ["name", "uuid", "pci.bus_id", "memory.total", "memory.free", "memory.used", "pstate"];
/** Some fields have two names, and which one heads the column differs by version. */
const ALIASES: Readonly<Record<string, string>> = { gpu_name: "name", gpu_uuid: "uuid", gpu_bus_id: "pci.bus_id", gpu_serial: "serial", kmd_version: "driver_version", compute_capability: "compute_cap" };
const KNOWN = new Set([
  ...VITAL, "index", "driver_version", "serial", "compute_cap", "mig.mode.current", "compute_mode", "ecc.errors.uncorrected.volatile.total", "fabric.state", "fabric.status", "gpu_recovery_action", "count",
]);

/**
 * Reads `--query-gpu=… --format=csv`, with header or (given what was asked) without, with units or without. Lines before the table are messages and are passed over.
 * @param asked the fields of the query, for an output without header
 * @param source how evidence names it
 */
export function parseQueryGpu(text: string, asked: readonly string[], source: string): Reading {
  const { whole, rest } = splitLines(text);
  const lines = [...whole, rest];
  const headerAt = lines.findIndex((line) => namesFields(line));
  const header = headerAt < 0 ? asked : columns(lines[headerAt] ?? "").map(fieldName);
  const gpus: GpuSighting[] = [];
  let isCut = false;
  for (const [at, line] of lines.entries()) {
    if (at <= headerAt || line.trim() === "") continue;
    const cells = columns(line, header.length);
    if (headerAt < 0 && cells.length !== header.length) continue;
    // A row that ends early, or the text with it: its last cell may be half of one, unless it ends as only a whole one does.
    const isWhole = cells.length === header.length && (at < whole.length || /(?:MiB|\])$/.test(line.trim()));
    if (!isWhole) cells.pop();
    isCut ||= !isWhole;
    const gpu = readRow(header, cells, source, gpus.length);
    if (gpu !== null && gpus.length < GPU_LIMIT) gpus.push(gpu);
  }
  return { gpus, isCut };
}

/** Columns are divided by a comma and a space, which tells them from decimal commas; spreadsheets take the space away. */
function columns(line: string, expected?: number): string[] {
  const cells = line.trim().split(/,\s+/);
  if (expected === undefined ? cells.length > 1 : cells.length === expected) return cells;
  const tight = line.trim().split(/\s*,\s*/);
  return expected === undefined || tight.length === expected ? tight : cells;
}

function namesFields(line: string): boolean {
  const names = columns(line).map(fieldName);
  return names.length > 0 && names.some((name) => KNOWN.has(name)) && !/:\s/.test(line);
}

/** "memory.total [MiB]" → "memory.total" */
function fieldName(cell: string): string {
  const name = (cell.split("[", 1)[0] ?? "").trim();
  return ALIASES[name] ?? name;
}

function readRow(header: readonly string[], cells: readonly string[], source: string, position: number): GpuSighting | null {
  const row = new Map<string, string>();
  // The first column of a name counts: an alias may come again as its deprecated twin.
  for (const [at, cell] of cells.entries()) {
    const field = header[at];
    if (field !== undefined && (!row.has(field) || textOf(row.get(field)) === undefined)) row.set(field, cell);
  }
  const faults: string[] = [];
  const unreadable: { field: string; words: string }[] = [];
  for (const [field, cell] of row) {
    const value = toolValue(cell);
    if (value.kind !== "fault") continue;
    if (VITAL.includes(field) || /reset|lost|fallen|ERR!/i.test(value.words)) faults.push(`${field}: ${value.words}`);
    else unreadable.push({ field, words: value.words });
  }
  const identity = { index: countOf(row.get("index")), busId: busIdOf(row.get("pci.bus_id")), uuid: gpuUuidOf(row.get("uuid")) };
  const name = textOf(row.get("name"));
  const hasIdentity = Object.values(identity).some((value) => value !== undefined);
  // Where no column tells which one it is, rows stand in the order of the index; a table that has such columns and no value in them is something else.
  const isAnonymous = !["index", "pci.bus_id", "uuid"].some((field) => header.includes(field));
  if (!hasIdentity && !(isAnonymous && name !== undefined)) return null;
  const totalBytes = bytesOf(row.get("memory.total"));
  return {
    source, isByTool: true, ...identity, ...(isAnonymous ? { index: position } : {}), name,
    serial: serialOf(row.get("serial")), driver: versionOf(row.get("driver_version")), computeCapability: capabilityOf(row.get("compute_cap")),
    totalBytes, usedBytes: bytesOf(row.get("memory.used")), freeBytes: bytesOf(row.get("memory.free")),
    memoryWords: totalBytes === undefined ? shownWords(row.get("memory.total") ?? "") : undefined,
    isPartitioned: partitionedOf(row.get("mig.mode.current")), computeMode: textOf(row.get("compute_mode")),
    uncorrectedErrors: counterOf(row.get("ecc.errors.uncorrected.volatile.total")), recoveryAction: textOf(row.get("gpu_recovery_action")),
    fabricState: textOf(row.get("fabric.state")), fabricStatus: textOf(row.get("fabric.status")), faults, unreadable,
  };
}

export function serialOf(field: string | undefined): string | undefined {
  const text = textOf(field);
  return text === undefined || /^0+$/.test(text) ? undefined : text;
}

export function partitionedOf(field: string | undefined): boolean | undefined {
  const text = textOf(field)?.toLowerCase();
  return text === "enabled" ? true : text === "disabled" ? false : undefined;
}
