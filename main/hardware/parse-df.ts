import { boundedBytes } from "./bounded.ts";

export interface DiskSpace {
  readonly device: string;
  readonly mountPoint: string;
  readonly totalBytes: number;
  /** What this user may still write: less than total − used where blocks are kept for root. */
  readonly freeBytes: number;
}

/** Parses `df -Pk` (GNU, busybox, BSD): one line a file system, sizes in the blocks that the heading names. Lines of another form are left out. */
export function parseDf(text: string): DiskSpace[] {
  const [heading = "", ...lines] = text.split("\n");
  const unit = /\b(\d+)(K?)-blocks\b/.exec(heading);
  if (unit === null) return [];
  const blockBytes = Number(unit[1]) * (unit[2] === "K" ? 1024 : 1);
  return lines.flatMap((line) => {
    // Device and mount point may hold spaces; the figures between them do not.
    const match = /^(.+?)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(?:\d+%|-)\s+(\/.*)$/.exec(line);
    const totalBytes = boundedBytes(Number(match?.[2]) * blockBytes);
    const freeBytes = boundedBytes(Math.max(0, Number(match?.[4]) * blockBytes));
    return match === null || totalBytes === null || freeBytes === null ? [] : [{ device: match[1] as string, mountPoint: match[5] as string, totalBytes, freeBytes }];
  });
}
