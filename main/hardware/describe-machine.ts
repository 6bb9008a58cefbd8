import { type Machine, MACHINE_FORMAT_VERSION, type Notice } from "../../shared/schemas/machine.ts";
import type { Host } from "../domain/host.ts";
import { findAscend } from "./ascend/find-ascend.ts";
import { findCpu } from "./find-cpu.ts";
import { findDarwin } from "./find-darwin.ts";
import { findDisks, type FoundDisks } from "./find-disks.ts";
import { findMemory } from "./find-memory.ts";
import { findNuma, type FoundNuma } from "./find-numa.ts";
import { findPlatform } from "./find-platform.ts";
import { findWindowsCpu } from "./find-windows.ts";
import type { Found } from "./found.ts";
import { machineNotice } from "./machine-notice.ts";
import { measureMachine } from "./measure-machine.ts";
import { findNvidia } from "./nvidia/find-nvidia.ts";
import { UNKNOWN_CPU, UNKNOWN_MEMORY, UNKNOWN_PLATFORM } from "./unknown-parts.ts";
import { withinTime } from "./within-time.ts";

/** Reading /proc and /sys of the largest machines takes a second; df may take its 5, and then 2 for each disk side by side. */
const PART_TIMEOUT_MS = 30_000;
/** A vendor's tool is given up to 45 seconds a question, and a driver in trouble makes it use them. */
const ACCELERATOR_TIMEOUT_MS = 300_000;

export interface DescribeOptions {
  /** The directory that models are kept in; null where the machine described is another. */
  readonly home: string | null;
  /** Measure how fast memory and the home's disk are read. */
  readonly measure: boolean;
  /** Instead of the limits of PART_TIMEOUT_MS and ACCELERATOR_TIMEOUT_MS. */
  readonly partTimeoutMs?: number;
}

interface Noticed {
  readonly notices: readonly Notice[];
}

/** Runs one finder; where it fails or time is up, `unknown` stands in for its part and a notice says so. */
type FindPart = <P>(name: string, find: () => Promise<P & Noticed>, unknown: P, limitMs?: number) => Promise<P & Noticed>;

/** Looks at a machine. Whatever cannot be found out is null or empty, and a notice says why: nothing here throws. */
export async function describeMachine(host: Host, options: DescribeOptions): Promise<Machine> {
  const findPart: FindPart = async (name, find, unknown, limitMs = PART_TIMEOUT_MS) => findOrNotice(name, find, unknown, options.partTimeoutMs ?? limitMs);
  const nothing: Omit<Found, "notices"> = { accelerators: [], links: [], stacks: [] };
  const [platform, ascend, nvidia] = await Promise.all([
    findPart("platform", () => findPlatform(host), { platform: UNKNOWN_PLATFORM }),
    findPart("ascend", () => findAscend(host), nothing, ACCELERATOR_TIMEOUT_MS),
    findPart("nvidia", () => findNvidia(host), nothing, ACCELERATOR_TIMEOUT_MS),
  ]);
  const { cpu, memory, numa, disks } = await findParts(host, platform.platform.os, options, findPart);
  // Last, and alone: a busy machine measures slower than it is.
  const measured = options.measure
    ? await measureMachine(host, { memory: memory.memory, disks: disks.disks, home: options.home }) : { memory: memory.memory, disks: disks.disks, notices: [] };
  return {
    formatVersion: MACHINE_FORMAT_VERSION,
    observation: host.observation,
    platform: platform.platform,
    cpu: cpu.cpu,
    numa: [...numa.numa],
    memory: measured.memory,
    disks: [...measured.disks],
    accelerators: [...ascend.accelerators, ...nvidia.accelerators],
    links: [...ascend.links, ...nvidia.links],
    stacks: [...ascend.stacks, ...nvidia.stacks],
    notices: [...(host.notices ?? []), ...[platform, cpu, numa, memory, disks, measured, ascend, nvidia].flatMap((part) => part.notices)],
  };
}

async function findOrNotice<P>(name: string, find: () => Promise<P & Noticed>, unknown: P, limitMs: number): Promise<P & Noticed> {
  try {
    const found = await withinTime(find(), limitMs);
    if (found !== "timedOut") return found;
    return { ...unknown, notices: [machineNotice("machine.partTimedOut", "problem", { subject: name, details: { part: name, afterMs: limitMs } })] };
  } catch (thrown) {
    return { ...unknown, notices: [machineNotice("machine.partFailed", "problem", { subject: name, details: { part: name, reason: String(thrown).slice(0, 1024) } })] };
  }
}

/** What each system can tell of itself. Control groups, NUMA nodes and huge pages are Linux's; an unknown system is asked the same and answers nothing. */
async function findParts(host: Host, os: Machine["platform"]["os"], options: DescribeOptions, findPart: FindPart) {
  const findOurDisks = () => findPart<Omit<FoundDisks, "notices">>("disks", () => findDisks(host, options.home), { disks: [] });
  if (os === "darwin") {
    const { cpu, memory, notices } = await findPart("cpu", async () => ({ ...(await findDarwin(host)), notices: [partlyKnown(os, "instruction sets of newer processors, NUMA nodes")] }), { cpu: UNKNOWN_CPU, memory: UNKNOWN_MEMORY });
    return { cpu: { cpu, notices }, memory: { memory, notices: [] }, numa: { numa: [], notices: [] }, disks: await findOurDisks() };
  }
  if (os === "win32") {
    const notices = [partlyKnown(os, "memory, disks, cores, instruction sets, NUMA nodes, limits of job objects")];
    return { cpu: { cpu: findWindowsCpu(host), notices }, memory: { memory: UNKNOWN_MEMORY, notices: [] }, numa: { numa: [], notices: [] }, disks: { disks: [], notices: [] } };
  }
  const [cpu, memory, numa, disks] = await Promise.all([
    findPart("cpu", () => findCpu(host), { cpu: UNKNOWN_CPU }), findPart("memory", () => findMemory(host), { memory: UNKNOWN_MEMORY }), findPart<Omit<FoundNuma, "notices">>("numa", () => findNuma(host), { numa: [] }), findOurDisks(),
  ]);
  return { cpu, memory, numa, disks };
}

function partlyKnown(os: string, unknown: string): Notice {
  return machineNotice("machine.systemPartlyKnown", "warning", { subject: "machine", details: { os, unknown } });
}
