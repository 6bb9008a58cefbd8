import { GPU_LIMIT, type GpuSighting, type Reading, type SliceSighting } from "./gpu-sighting.ts";
import { splitLines } from "./plain-text.ts";
import { busIdOf, bytesOf, countOf, shownWords, textOf } from "./tool-value.ts";

/** "81559MiB / 81559MiB", as the table writes used and total. */
const MEMORY = /(\d+)\s*MiB\s*\/\s*(\d+)\s*MiB/;

/** Place on the bus and display of a GPU inside a Jetson, which is on none. */
const ON_NO_BUS = /^N\/A\s+N\/A$/;

interface Row {
  gpu: GpuSighting;
  slices: SliceSighting[];
}

/**
 * Reads the table that nvidia-smi prints when asked nothing: what people paste. Cells are told apart by their bars and by what stands in them; widths differ by version.
 * A GPU has two or three lines, the first with its number and bus id, the second with its memory; a MIG device has one with its memory.
 */
export function parseSmiTable(text: string, source: string): Reading {
  const { whole, rest } = splitLines(text);
  const rows: Row[] = [];
  let section: "gpus" | "slices" | "processes" = "gpus";
  let isOpen = false;
  for (const line of whole) {
    if (/^\|\s*MIG devices:/.test(line)) section = "slices";
    else if (/^\|\s*Processes:/.test(line)) section = "processes";
    if (line.startsWith("+-")) isOpen = false;
    if (!line.startsWith("|") || section === "processes") continue;
    const cells = line.split("|").slice(1, -1).map((cell) => cell.trim());
    isOpen = true;
    if (section === "slices") readSlice(cells, rows);
    else readGpu(cells, rows, source);
  }
  return { gpus: rows.map(({ gpu, slices }) => (slices.length > 0 ? { ...gpu, slices, isPartitioned: true } : gpu)), isCut: isOpen && !/^\+-.*\+$/.test(rest) };
}

function readGpu(cells: readonly string[], rows: Row[], source: string): void {
  const head = /^(\d{1,4})\s+(.+?)(?:\s+(?:On|Off|N\/A|ERR!|WDDM|TCC|MCDM))?$/.exec(cells[0] ?? "");
  const busId = busIdOf(/^([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7])\b/.exec(cells[1] ?? "")?.[1]);
  if (head !== null && (busId !== undefined || ON_NO_BUS.test(cells[1] ?? ""))) {
    if (rows.length >= GPU_LIMIT) return;
    const name = textOf(head[2]);
    rows.push({ gpu: { source, isByTool: true, index: Number(head[1]), busId, name: name === undefined || /\.\.\.?$/.test(name) ? undefined : name }, slices: [] });
    return;
  }
  const last = rows.at(-1);
  if (last === undefined || cells.length < 3) return;
  const memory = MEMORY.exec(cells[1] ?? "");
  const words = shownWords((cells[0] ?? "").replace(/\s+/g, " "));
  const errors = cells.join(" ").match(/ERR!/g)?.length ?? 0;
  if (memory !== null) last.gpu = { ...last.gpu, usedBytes: bytesOf(memory[1]), totalBytes: bytesOf(memory[2]) };
  else if (/Not Supported|N\/A/.test(cells[1] ?? "") && last.gpu.totalBytes === undefined) last.gpu = { ...last.gpu, memoryWords: shownWords(cells[1] ?? "") };
  // One reading that fails (a fan, a power sensor) is not a broken device; a device off the bus fails in all.
  if (errors > 1) last.gpu = { ...last.gpu, faults: [words] };
  else if (errors === 1) last.gpu = { ...last.gpu, unreadable: [{ field: "table", words }] };
  if (cells[2] === "Enabled") last.gpu = { ...last.gpu, isPartitioned: true };
}

function readSlice(cells: readonly string[], rows: readonly Row[]): void {
  const ids = /^(\d+)\s+(\d+)\s+(\d+)\s+(\d+)$/.exec(cells[0] ?? "");
  const memory = MEMORY.exec(cells[1] ?? "");
  if (ids === null || memory === null) return;
  const usedBytes = bytesOf(memory[1]);
  const totalBytes = bytesOf(memory[2]);
  rows.find(({ gpu }) => gpu.index === Number(ids[1]))?.slices.push({ gpuInstance: Number(ids[2]), computeInstance: Number(ids[3]), index: countOf(ids[4]) ?? 0, usedBytes, totalBytes });
}
