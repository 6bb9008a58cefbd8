import type { Disk, MeasuredRate, Memory, Notice } from "../../shared/schemas/machine.ts";
import type { Host, HostRate } from "../domain/host.ts";
import { boundedText } from "./bounded.ts";
import { machineNotice } from "./machine-notice.ts";
import { withinTime } from "./within-time.ts";

/** Each measurement stops itself after two seconds; a machine that swaps or a disk that fails may keep it longer. */
const MEASURE_TIMEOUT_MS = 20_000;

interface Measured {
  readonly memory: Memory;
  readonly disks: readonly Disk[];
  readonly notices: readonly Notice[];
}

/** Adds how fast memory and the home's disk are read, where the host can measure it; one after the other, so that neither slows the other down. */
export async function measureMachine(host: Host, found: { readonly memory: Memory; readonly disks: readonly Disk[]; readonly home: string | null }): Promise<Measured> {
  const { memory, disks, home } = found;
  const notices: Notice[] = [];
  const isLive = host.observation.how === "live";
  const bandwidth = (await attempt(() => host.measureReadBandwidth())) ?? (isLive ? "too little memory is free to read more than the caches hold" : null);
  if (typeof bandwidth === "string") notices.push(machineNotice("memory.bandwidthNotMeasured", "info", { subject: "memory", details: { reason: bandwidth } }));
  const disk = disks.find(({ holdsHome }) => holdsHome === true);
  const rate = home === null || disk === undefined ? null : (await attempt(() => host.measureDiskRead(home))) ?? "the directory cannot be written to, or has too little room, and holds no large file";
  if (typeof rate === "string") notices.push(machineNotice("disk.readRateNotMeasured", "info", { subject: boundedText(`disk ${disk?.mountPoint ?? ""}`), details: { directory: home ?? "", reason: rate } }));
  return {
    memory: typeof bandwidth === "object" && bandwidth !== null ? { ...memory, readBandwidth: bandwidth } : memory,
    disks: typeof rate === "object" && rate !== null ? disks.map((other) => (other === disk ? { ...other, readRate: rate } : other)) : disks,
    notices,
  };
}

/** The rate, or why there is none. A record of another machine that holds none has nothing to explain: null. */
async function attempt(measure: () => Promise<HostRate | null>): Promise<MeasuredRate | string | null> {
  try {
    const rate = await withinTime(measure(), MEASURE_TIMEOUT_MS);
    if (rate === "timedOut") return `not done after ${MEASURE_TIMEOUT_MS / 1000} seconds`;
    if (rate === null || rate.runs.length === 0) return null;
    const { bytesPerSecond, runs, threads, bytesRead, method } = rate;
    return { bytesPerSecond, minimum: Math.min(...runs), maximum: Math.max(...runs), runs: runs.length, threads, bytesRead, method };
  } catch (thrown) {
    return String(thrown).slice(0, 1024);
  }
}
