import type { Disk, Notice } from "../../shared/schemas/machine.ts";
import type { Host } from "../domain/host.ts";
import { readText, runText } from "./ask-host.ts";
import { boundedText } from "./bounded.ts";
import { chooseMounts, holderOf } from "./choose-mounts.ts";
import { isDisk, isNetworkFilesystem, largestFileBytes } from "./filesystems.ts";
import { machineNotice } from "./machine-notice.ts";
import { type DiskSpace, parseDf } from "./parse-df.ts";
import { type Mount, parseDarwinMounts, parseMounts } from "./parse-mounts.ts";

/** A dead network mount makes df wait for ever. */
const DF_TIMEOUT_MS = 5_000;
const DF_OF_ONE_TIMEOUT_MS = 2_000;
/** More mounts than that are those of somebody else's containers. */
const MOST_DISKS = 256;

export interface FoundDisks {
  readonly disks: readonly Disk[];
  readonly notices: readonly Notice[];
}

/** @param home the directory that models are kept in: its disk is marked; null: of another machine */
export async function findDisks(host: Host, home: string | null): Promise<FoundDisks> {
  const { mounts, source } = await findMounts(host);
  const chosen = chooseMounts(mounts, home).slice(0, MOST_DISKS);
  const { spaces, timedOut } = await findSpaces(host, chosen);
  const byMountPoint = new Map(spaces.map((space) => [space.mountPoint, space]));
  // df tells each device once, at a mount point of its choice. "overlay" and "tmpfs" are no devices.
  const byDevice = new Map(spaces.filter(({ device }) => device.includes("/")).map((space) => [space.device, space]));
  const disks = mounts.length > 0 ? chosen.map((mount) => diskOf(mount, source, byMountPoint.get(mount.mountPoint) ?? byDevice.get(mount.device))) : spaces.filter((space) => space.totalBytes > 0 && isDisk(space.filesystem ?? space.device)).slice(0, MOST_DISKS).map(diskOfSpace);
  const holder = home === null ? null : holderOf(disks, home);
  return { disks: disks.map((disk) => (disk === holder ? { ...disk, holdsHome: true } : disk)), notices: diskNotices(disks, timedOut) };
}

async function findMounts(host: Host): Promise<{ readonly mounts: Mount[]; readonly source: string }> {
  const linux = await readText(host, "/proc/self/mounts");
  if (linux !== null) return { mounts: parseMounts(linux), source: "/proc/self/mounts" };
  return { mounts: parseDarwinMounts((await runText(host, "mount", [])) ?? ""), source: "mount" };
}

/** Sizes of all file systems at once; where that does not return, of each local one for itself. */
async function findSpaces(host: Host, mounts: readonly Mount[]): Promise<{ readonly spaces: DiskSpace[]; readonly timedOut: boolean }> {
  const all = await host.run("df", ["-Pk"], { timeoutMs: DF_TIMEOUT_MS });
  // df ends with 1 when it could not look at one of them, and still tells the others.
  if (all.kind === "exited") return { spaces: parseDf(all.stdout), timedOut: false };
  if (all.kind !== "timedOut") return { spaces: [], timedOut: false };
  const single = await Promise.all(mounts.filter((mount) => !isNetworkFilesystem(mount.filesystem)).map((mount) => runText(host, "df", ["-Pk", mount.mountPoint], DF_OF_ONE_TIMEOUT_MS)));
  return { spaces: single.flatMap((text) => parseDf(text ?? "")), timedOut: true };
}

function diskOf(mount: Mount, source: string, space: DiskSpace | undefined): Disk {
  return {
    mountPoint: boundedText(mount.mountPoint), device: boundedText(mount.device), filesystem: boundedText(mount.filesystem), totalBytes: space?.totalBytes ?? null, freeBytes: space?.freeBytes ?? null,
    largestFileBytes: largestFileBytes(mount.filesystem), readOnly: mount.readOnly, readRate: null,
    evidence: { filesystem: source, ...(space === undefined ? {} : { totalBytes: "df -Pk" }) },
  };
}

function diskOfSpace({ mountPoint, device, filesystem, totalBytes, freeBytes }: DiskSpace): Disk {
  return {
    mountPoint: boundedText(mountPoint), device: boundedText(device), filesystem: filesystem === null ? null : boundedText(filesystem), totalBytes, freeBytes,
    largestFileBytes: filesystem === null ? null : largestFileBytes(filesystem), readOnly: null, readRate: null, evidence: { totalBytes: "df -Pk", ...(filesystem === null ? {} : { filesystem: "df -T" }) },
  };
}

function diskNotices(disks: readonly Disk[], timedOut: boolean): Notice[] {
  if (disks.length === 0) return [machineNotice("disk.unknown", "info", { subject: "disk", details: { lookedAt: "/proc/self/mounts, df -Pk" } })];
  const notices: Notice[] = [];
  const unsized = disks.filter((disk) => disk.totalBytes === null).length;
  if (timedOut) notices.push(machineNotice("disk.sizesTimedOut", "warning", { subject: "disk", details: { afterMs: DF_TIMEOUT_MS }, evidence: [{ source: "df -Pk", excerpt: null }] }));
  else if (unsized > 0) notices.push(machineNotice("disk.sizesUnknown", "info", { subject: "disk", details: { disks: unsized }, evidence: [{ source: "df -Pk", excerpt: null }] }));
  for (const { mountPoint, filesystem, largestFileBytes, evidence } of disks) {
    if (filesystem === null) continue;
    const where = { subject: boundedText(`disk ${mountPoint}`), evidence: [{ source: evidence["filesystem"] ?? "", excerpt: filesystem }] };
    if (isNetworkFilesystem(filesystem)) notices.push(machineNotice("disk.network", "info", { ...where, details: { filesystem } }));
    // Single files of published checkpoints have 4 to 9 GB: only FAT's limit is met.
    if (largestFileBytes !== null && largestFileBytes < 2 ** 40) notices.push(machineNotice("disk.largestFile", "info", { ...where, details: { filesystem, largestFileBytes } }));
  }
  return notices;
}
