import type { Accelerator, InstructionSet, Machine } from "../../shared/schemas/machine.ts";
import type { PlanNote, PlanPool } from "../../shared/schemas/plan.ts";
import { type DeviceRow, findDeviceRow } from "./device-tables.ts";
import { planNote } from "./plan-note.ts";

/** Devices of one kind that can carry a model together. */
export interface DevicePool extends PlanPool {
  readonly device: DeviceRow | null;
  readonly computeCapability: number | null;
  /** A model cannot be spread over slices of GPUs: each runs alone. */
  readonly spreads: boolean;
  /** Of the whole chip's rates, what one of these has: less than 1 for a slice. */
  readonly share: number;
  /** Of the CPU pool. */
  readonly threads: number;
  readonly lastCacheBytes: number;
  readonly instructionSets: readonly InstructionSet[];
}

export interface PoolsFound {
  readonly pools: readonly DevicePool[];
  readonly notes: readonly PlanNote[];
}

/** What the system and others keep of a machine's memory when nobody measured what is free. */
const UNMEASURED_SHARE = 0.9;

/**
 * Groups what a machine has into pools of like devices; what cannot be counted on is left out, and said. A group counts with the memory of its smallest
 * member: the two chips of a 310P Duo are not equal.
 */
export function devicePools(machine: Machine): PoolsFound {
  const notes: PlanNote[] = [];
  const byKind = new Map<string, Accelerator[]>();
  for (const accelerator of machine.accelerators) {
    const reason = leftOut(accelerator);
    if (reason !== null) notes.push(planNote("machine.deviceLeftOut", { device: accelerator.id, reason }));
    else {
      const kind = [accelerator.vendor, accelerator.family, accelerator.socName ?? accelerator.model, accelerator.parentId !== null].join("|");
      byKind.set(kind, [...(byKind.get(kind) ?? []), accelerator]);
    }
  }
  const pools = [...byKind.values()].map((members) => acceleratorPool(machine, members, notes));
  return { pools: [...pools.toSorted((a, b) => b.count * b.capacityBytes - a.count * a.capacityBytes), ...cpuPool(machine, notes)], notes };
}

function leftOut({ state, isPartitioned, memory }: Accelerator): string | null {
  if (isPartitioned) return "partitioned";
  if (state !== "usable") return state;
  return memory.totalBytes === 0 ? "noMemory" : null;
}

function acceleratorPool(machine: Machine, members: readonly Accelerator[], notes: PlanNote[]): DevicePool {
  const first = members[0] as Accelerator;
  const parent = machine.accelerators.find((each) => each.id === first.parentId);
  const row = findDeviceRow(first) ?? (parent === undefined ? null : findDeviceRow(parent));
  const label = (first.socName ?? first.model ?? first.family ?? first.vendor).slice(0, 256);
  if (row === null) notes.push(planNote("machine.deviceUnknown", { device: label }));
  const shared = members.some(({ memory }) => memory.totalBytes === null);
  // GB10 and WSL report no memory of the device: it takes its share of the machine's.
  const ofHost = machine.memory.usableBytes ?? machine.memory.totalBytes ?? 0;
  if (shared) notes.push(planNote("machine.sharedMemory", { device: label, bytes: ofHost }));
  const capacityBytes = Math.min(...members.map(({ memory }) => memory.totalBytes ?? ofHost / members.length));
  const taken = members.map(({ memory }) => memory.usedBytes ?? (memory.freeBytes === null || memory.totalBytes === null ? 0 : memory.totalBytes - memory.freeBytes));
  const share = first.parentId === null || row === null ? 1 : Math.min(1, capacityBytes / row.memoryBytes);
  if (new Set(members.map(({ memory }) => memory.totalBytes)).size > 1) notes.push(planNote("machine.unequalMemory", { device: label, bytes: capacityBytes }));
  const capability = first.computeCapability ?? parent?.computeCapability ?? row?.computeCapability ?? null;
  return {
    kind: first.vendor === "huawei" ? "ascend" : "nvidia", label, row: row?.id ?? null, count: members.length, capacityBytes,
    takenBytes: Math.min(capacityBytes, Math.max(0, ...taken)), bandwidthBytesPerSecond: row === null ? null : row.bandwidthBytesPerSecond * share,
    device: row, computeCapability: capability === null ? null : Number(capability), spreads: first.parentId === null, share, threads: 0, lastCacheBytes: 0, instructionSets: [],
  };
}

/** The processors with the memory that plans may count on: one device, whatever its sockets. */
function cpuPool({ cpu, memory }: Machine, notes: PlanNote[]): DevicePool[] {
  const { totalBytes, limitBytes, usableBytes } = memory;
  const ceiling = Math.min(totalBytes ?? Number.POSITIVE_INFINITY, limitBytes ?? Number.POSITIVE_INFINITY);
  const measured = usableBytes ?? memory.availableBytes;
  if (measured === null && !Number.isFinite(ceiling)) {
    notes.push(planNote("machine.memoryUnknown", {}));
    return [];
  }
  if (measured === null) notes.push(planNote("machine.freeMemoryUnknown", { share: UNMEASURED_SHARE, bytes: ceiling }));
  // Two sources that contradict each other: the smaller one cannot disappoint.
  if (measured !== null && measured > ceiling) notes.push(planNote("machine.contradiction", { field: "memory.usableBytes", found: measured, other: ceiling }));
  if (memory.readBandwidth === null) notes.push(planNote("machine.bandwidthUnknown", {}));
  const capacityBytes = Math.floor(Math.min(ceiling, measured ?? ceiling * UNMEASURED_SHARE));
  if (capacityBytes <= 0) {
    notes.push(planNote("machine.memoryUnknown", {}));
    return [];
  }
  const threads = cpu.usableThreads ?? cpu.threads ?? cpu.cores;
  if (threads === null) notes.push(planNote("machine.threadsUnknown", {}));
  return [{
    kind: "cpu", label: (cpu.model ?? cpu.vendor ?? "CPU").slice(0, 256), row: null, count: 1, capacityBytes, takenBytes: 0, bandwidthBytesPerSecond: memory.readBandwidth?.bytesPerSecond ?? null,
    device: null, computeCapability: null, spreads: false, share: 1, threads: Math.min(threads ?? 1, cpu.cores ?? threads ?? 1), lastCacheBytes: cpu.l3CacheBytes ?? 0, instructionSets: cpu.instructionSets,
  }];
}
