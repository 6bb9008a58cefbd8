import type { Memory, Notice } from "../../shared/schemas/machine.ts";
import type { Host } from "../domain/host.ts";
import { listNames, readNumber, readText } from "./ask-host.ts";
import { boundedBytes, boundedCount } from "./bounded.ts";
import { findControlGroups } from "./find-control-groups.ts";
import { findMemoryLimits, type MemoryLimit } from "./find-memory-limits.ts";
import { machineNotice } from "./machine-notice.ts";

const MEMINFO = "/proc/meminfo";
const HUGE_PAGES = "/sys/kernel/mm/hugepages";

export interface FoundMemory {
  readonly memory: Memory;
  readonly notices: readonly Notice[];
}

/** Memory of a Linux machine and what control groups leave of it. */
export async function findMemory(host: Host): Promise<FoundMemory> {
  const [text, groups] = await Promise.all([readText(host, MEMINFO), findControlGroups(host)]);
  const limits = await findMemoryLimits(host, groups);
  const fields = parseMeminfo(text ?? "");
  const totalBytes = fields.get("MemTotal") ?? null;
  // Kernels before 3.14 do not tell what is available; what is free is the part of it that is certain.
  const availableField = fields.has("MemAvailable") ? "MemAvailable" : "MemFree";
  const availableBytes = fields.get(availableField) ?? null;
  const tightest = limits.toSorted((a, b) => a.limitBytes - b.limitBytes)[0] ?? null;
  const fullest = limits.toSorted((a, b) => roomBytes(a) - roomBytes(b))[0] ?? null;
  const bounds = [availableBytes, fullest === null ? null : roomBytes(fullest)].filter((bytes) => bytes !== null);
  const hugePages = await findHugePages(host, fields);
  const evidence: Record<string, string> = {};
  if (totalBytes !== null) evidence["totalBytes"] = MEMINFO;
  if (availableBytes !== null) evidence["availableBytes"] = `${MEMINFO} ${availableField}`;
  if (tightest !== null) evidence["limitBytes"] = tightest.path;
  if (fields.has("SwapTotal")) evidence["swapBytes"] = MEMINFO;
  if (hugePages.length > 0) evidence["hugePages"] = hugePages.some(({ source }) => source === MEMINFO) ? MEMINFO : HUGE_PAGES;
  const memory: Memory = {
    totalBytes,
    availableBytes,
    limitBytes: tightest?.limitBytes ?? null,
    limitUsedBytes: tightest?.usedBytes ?? null,
    usableBytes: bounds.length === 0 ? null : Math.min(...bounds),
    swapBytes: fields.get("SwapTotal") ?? null,
    hugePages: hugePages.map(({ pageBytes, total, free }) => ({ pageBytes, total, free })),
    readBandwidth: null,
    evidence,
  };
  return { memory, notices: [...memoryNotices(memory), ...limitNotices(tightest, fullest, totalBytes)] };
}

/** "MemTotal:  24684092 kB" → bytes; lines without a unit are counts. */
function parseMeminfo(text: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const [, name = "", digits, unit] of text.matchAll(/^([A-Za-z_()0-9]+):\s+(\d{1,15})(?: (kB))?\s*$/gm)) {
    const value = boundedBytes(Number(digits) * (unit === "kB" ? 1024 : 1));
    if (value !== null) fields.set(name, value);
  }
  return fields;
}

function roomBytes({ limitBytes, usedBytes }: MemoryLimit): number {
  return Math.max(0, limitBytes - (usedBytes ?? 0));
}

async function findHugePages(host: Host, meminfo: ReadonlyMap<string, number>): Promise<(Memory["hugePages"][number] & { readonly source: string })[]> {
  const found = await Promise.all((await listNames(host, HUGE_PAGES)).map(async (name) => {
    const kibibytes = /^hugepages-(\d{1,9})kB$/.exec(name)?.[1];
    const [total, free] = await Promise.all([readNumber(host, `${HUGE_PAGES}/${name}/nr_hugepages`), readNumber(host, `${HUGE_PAGES}/${name}/free_hugepages`)]);
    return kibibytes === undefined || total === null || free === null ? [] : [{ pageBytes: Number(kibibytes) * 1024, total, free, source: HUGE_PAGES }];
  }));
  const sizes = found.flat();
  const pageBytes = meminfo.get("Hugepagesize");
  const total = meminfo.get("HugePages_Total");
  if (sizes.length === 0 && pageBytes !== undefined && total !== undefined) sizes.push({ pageBytes, total, free: meminfo.get("HugePages_Free") ?? 0, source: MEMINFO });
  return sizes.filter((size) => size.total > 0 && boundedCount(size.total) !== null && boundedCount(size.free) !== null);
}

function memoryNotices(memory: Memory): Notice[] {
  const notices: Notice[] = [];
  if (memory.totalBytes === null) notices.push(machineNotice("memory.unknown", "warning", { subject: "memory", details: { lookedAt: MEMINFO } }));
  const reservedBytes = memory.hugePages.reduce((sum, { pageBytes, total }) => sum + pageBytes * total, 0);
  const freeBytes = memory.hugePages.reduce((sum, { pageBytes, free }) => sum + pageBytes * free, 0);
  if (reservedBytes > 0) notices.push(machineNotice("memory.hugePagesReserved", "info", { subject: "memory", details: { reservedBytes, freeBytes }, evidence: [{ source: HUGE_PAGES, excerpt: null }] }));
  return notices;
}

function limitNotices(tightest: MemoryLimit | null, fullest: MemoryLimit | null, totalBytes: number | null): Notice[] {
  if (tightest === null || fullest === null) return [];
  const notices: Notice[] = [];
  const details = { limitBytes: tightest.limitBytes, totalBytes: totalBytes ?? -1, limitPath: tightest.path };
  const evidence = [{ source: tightest.path, excerpt: String(tightest.limitBytes) }];
  if (totalBytes !== null && tightest.limitBytes > totalBytes) notices.push(machineNotice("memory.limitAboveTotal", "info", { subject: "memory", details, evidence }));
  else notices.push(machineNotice("memory.limited", "info", { subject: "memory", details, evidence }));
  if (tightest.countsPageCache) {
    notices.push(machineNotice("memory.pageCacheUnknown", "warning", { subject: "memory", details: { limitPath: tightest.path, usedBytes: tightest.usedBytes ?? -1 }, evidence }));
  }
  if (roomBytes(fullest) < roomBytes(tightest)) {
    notices.push(machineNotice("memory.parentHasLessRoom", "warning", {
      subject: "memory", details: { parentPath: fullest.path, parentRoomBytes: roomBytes(fullest), roomBytes: roomBytes(tightest) },
      evidence: [{ source: fullest.path, excerpt: String(fullest.limitBytes) }, ...evidence],
    }));
  }
  return notices;
}
