import type { HostStatus } from "../../domain/host.ts";

/** Device nodes as `ls` prints them, with or without -l. A path alone says that it is there, and no more. */
export function readDeviceList(text: string): Map<string, HostStatus | undefined> {
  const nodes = new Map<string, HostStatus | undefined>();
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    const path = words.find((word) => word.startsWith("/dev/"));
    if (path === undefined) continue;
    const [mode = "", , owner, group] = words;
    const isLong = /^[bc][-rwxsStT.+]{9,10}$/.test(mode) && owner !== undefined && group !== undefined;
    nodes.set(path, isLong ? { kind: mode.startsWith("b") ? "blockDevice" : "characterDevice", mode: modeBits(mode), owner, group, readable: null, writable: null } : undefined);
  }
  return nodes;
}

function modeBits(mode: string): number {
  return [...mode.slice(1, 10)].reduce((bits, letter) => bits * 2 + (/[rwxst]/.test(letter) ? 1 : 0), 0);
}
