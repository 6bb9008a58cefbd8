import type { Disk, Machine } from "../../../shared/schemas/machine.ts";

/** The disk that Sallyport keeps models on. */
export function homeDisk(machine: Machine | undefined): Disk | null {
  return machine?.disks.find(({ holdsHome }) => holdsHome === true) ?? null;
}

/** The disk that a path lies on: the mount point that is its longest beginning. */
export function diskOf(machine: Machine | undefined, path: string): Disk | null {
  const holding = (machine?.disks ?? []).filter(({ mountPoint }) => path === mountPoint || path.startsWith(/[\\/]$/.test(mountPoint) ? mountPoint : `${mountPoint}${mountPoint.includes("\\") ? "\\" : "/"}`));
  return holding.toSorted((a, b) => b.mountPoint.length - a.mountPoint.length)[0] ?? null;
}
