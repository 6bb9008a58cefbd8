import { boundedBytes } from "./bounded.ts";

export interface DiskSpace {
  readonly device: string;
  /** Told by `df -T` alone. */
  readonly filesystem: string | null;
  readonly mountPoint: string;
  readonly totalBytes: number;
  /** What this user may still write: less than total − used where blocks are kept for root. */
  readonly freeBytes: number;
}

/**
 * Parses `df -Pk` (GNU, busybox, BSD) and, as people paste them, `df` and `df -T` in English or Chinese: one line a file system, sizes in the blocks that the heading names.
 * Lines of another form are left out, and with them all of `df -h`, which rounds up what is free.
 */
export function parseDf(text: string): DiskSpace[] {
  const [heading = "", ...lines] = text.split("\n");
  const unit = /\b(\d+)(K?)-(?:blocks\b|块)/.exec(heading);
  const hasType = /^\S+\s+(?:Type|类型)\s/.test(heading);
  if (unit === null) return [];
  const blockBytes = Number(unit[1]) * (unit[2] === "K" ? 1024 : 1);
  return lines.flatMap((line) => {
    // Device and mount point may hold spaces; the figures between them do not.
    const match = /^(.+?)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(?:\d+%|-)\s+(\/.*)$/.exec(line);
    const totalBytes = boundedBytes(Number(match?.[2]) * blockBytes);
    const freeBytes = boundedBytes(Math.max(0, Number(match?.[4]) * blockBytes));
    // The type is one word; what stands before it is the device, whatever is in it.
    const [device, filesystem] = hasType ? [match?.[1]?.replace(/\s+\S+$/, ""), match?.[1]?.split(/\s+/).at(-1) ?? null] : [match?.[1], null];
    return match === null || device === undefined || totalBytes === null || freeBytes === null ? [] : [{ device, filesystem, mountPoint: match[5] as string, totalBytes, freeBytes }];
  });
}
