import { type Cpu, type Machine, MACHINE_FORMAT_VERSION, type MeasuredRate, type Memory, type Notice, type Platform } from "../../shared/schemas/machine.ts";
import type { Host, HostRate } from "../domain/host.ts";
import { findCpu, type FoundCpu } from "./find-cpu.ts";
import { findDarwin } from "./find-darwin.ts";
import { findDisks, type FoundDisks } from "./find-disks.ts";
import { findMemory, type FoundMemory } from "./find-memory.ts";
import { findNuma, type FoundNuma } from "./find-numa.ts";
import { findPlatform, type FoundPlatform } from "./find-platform.ts";
import { findWindowsCpu } from "./find-windows.ts";
import type { Found } from "./found.ts";
import { machineNotice } from "./machine-notice.ts";
import { withinTime } from "./within-time.ts";

/** Reading /proc and /sys of the largest machines takes a second; df alone may take its 5, and then 2 for each disk side by side. */
const PART_TIMEOUT_MS = 30_000;
/** A vendor's tool is given 45 seconds a question, and a driver in trouble makes it use them. */
const ACCELERATOR_TIMEOUT_MS = 300_000;
const MEASURE_TIMEOUT_MS = 20_000;

export interface DescribeOptions {
  /** The directory that models are kept in; null where the machine described is another. */
  readonly home: string | null;
  /** Measure how fast memory and the home's disk are read. */
  readonly measure: boolean;
}

const NOTHING: Found = { accelerators: [], links: [], stacks: [], notices: [] };
const UNKNOWN_PLATFORM: Platform = { hostName: null, os: "other", architecture: "other", kernel: null, distribution: null, libc: null, container: null, virtualization: null, evidence: {} };
const UNKNOWN_CPU: Cpu = { model: null, vendor: null, sockets: null, cores: null, threads: null, usableThreads: null, instructionSets: [], l3CacheBytes: null, evidence: {} };
const UNKNOWN_MEMORY: Memory = { totalBytes: null, availableBytes: null, limitBytes: null, limitUsedBytes: null, usableBytes: null, swapBytes: null, hugePages: [], readBandwidth: null, evidence: {} };

/** Looks at a machine. Whatever cannot be found out is null or empty, and a notice says why: nothing here throws. */
export async function describeMachine(host: Host, options: DescribeOptions): Promise<Machine> {
  const notices: Notice[] = [];
  const part = async <T>(name: string, work: () => Promise<T>, limitMs: number, otherwise: T): Promise<T> => {
    try {
      const found = await withinTime(work(), limitMs);
      if (found !== "timedOut") return found as T;
      notices.push(machineNotice("machine.partTimedOut", "problem", { subject: name, details: { part: name, afterMs: limitMs } }));
    } catch (thrown) {
      notices.push(machineNotice("machine.partFailed", "problem", { subject: name, details: { part: name, reason: String(thrown).slice(0, 1024) } }));
    }
    return otherwise;
  };

  const [platform, accelerators] = await Promise.all([
    part<FoundPlatform>("platform", () => findPlatform(host), PART_TIMEOUT_MS, { platform: UNKNOWN_PLATFORM, notices: [] }),
    part<Found>("ascend", async () => NOTHING, ACCELERATOR_TIMEOUT_MS, NOTHING),
  ]);
  void accelerators;
  const { os } = platform.platform;
  const [{ cpu, memory, numa }, disks] = await Promise.all([
    processorsAndMemory(host, os, part),
    os === "win32" ? { disks: [], notices: [] } : part<FoundDisks>("disks", () => findDisks(host, options.home), PART_TIMEOUT_MS, { disks: [], notices: [] }),
  ]);
  void [disks, cpu, memory, numa];
  throw new Error("unfinished");
}
