import { readFileSync } from "node:fs";
import type { EngineMemory } from "../domain/engine.ts";

/**
 * Memory of this process as the kernel counts it. Private pages are those that nothing but this process holds: mapped weights, clean pages that the page cache can
 * drop and read again, are none of them even while nobody else maps them. The peak of
 * resident pages includes them. Only Linux tells both; elsewhere they are null rather than guessed.
 */
export function processMemory(): EngineMemory {
  return { privateBytes: sumOf("/proc/self/smaps_rollup", /^Private_(?:Dirty|Hugetlb):\s+(\d+) kB/gm), peakResidentBytes: sumOf("/proc/self/status", /^VmHWM:\s+(\d+) kB/gm) };
}

function sumOf(file: string, pattern: RegExp): number | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  let kilobytes = 0;
  for (const match of text.matchAll(pattern)) kilobytes += Number(match[1]);
  return kilobytes * 1024;
}
