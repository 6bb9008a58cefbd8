import { WorkbenchError } from "../../shared/errors.ts";
import { type Accelerator, type Machine, MACHINE_FORMAT_VERSION } from "../../shared/schemas/machine.ts";
import { CPU_ROWS, type CpuRow, DEVICE_ROWS, type DeviceRow, PRESET_ROWS, type PresetRow } from "./device-tables.ts";

/** A loop that reads reaches about three quarters of what the channels could carry (STREAM results of server parts; bandwidth.c on our own). */
const READ_SHARE = 0.75;
/** An idle 910B or A3 shows 2.9 to 3.4 GB of its memory taken by the driver. */
const ASCEND_IDLE_BYTES = 3.2e9;
/** Of a host that does nothing else. */
const HOST_TAKEN_BYTES = 8 * 2 ** 30;

/** The machine a preset stands for, built from rows of the device tables. @throws plan.unknownPreset with the names there are */
export function presetMachine(name: string): Machine {
  const preset = PRESET_ROWS.find((row) => row.name === name);
  if (preset === undefined) throw new WorkbenchError("plan.unknownPreset", { found: name.slice(0, 80), known: PRESET_ROWS.map((row) => row.name).join(", ") });
  const cpu = CPU_ROWS.find((row) => row.id === preset.cpu) as CpuRow;
  const device = DEVICE_ROWS.find((row) => row.id === preset.device);
  return machineOf(preset, cpu, device === undefined ? [] : Array.from({ length: preset.count }, (_, index) => accelerator(device, index)));
}

function machineOf(preset: PresetRow, cpu: CpuRow, accelerators: Accelerator[]): Machine {
  const source = `device table, ${cpu.id}`;
  const bytesPerSecond = cpu.bandwidthBytesPerSecond * READ_SHARE;
  const usableBytes = preset.hostMemoryBytes - HOST_TAKEN_BYTES;
  return {
    formatVersion: MACHINE_FORMAT_VERSION,
    observation: { how: "preset", at: null, redacted: false },
    platform: { hostName: preset.title, os: "linux", architecture: cpu.architecture, kernel: null, distribution: null, libc: null, container: null, virtualization: null, evidence: { hostName: source } },
    cpu: {
      model: cpu.title, vendor: cpu.vendor, sockets: cpu.sockets, cores: cpu.cores, threads: cpu.threads, usableThreads: cpu.threads, instructionSets: cpu.instructionSets, l3CacheBytes: null,
      evidence: { model: source },
    },
    numa: [],
    memory: {
      totalBytes: preset.hostMemoryBytes, availableBytes: usableBytes, limitBytes: null, limitUsedBytes: null, usableBytes, swapBytes: null, hugePages: [],
      readBandwidth: { bytesPerSecond, minimum: bytesPerSecond, maximum: bytesPerSecond, runs: 0, threads: cpu.threads, bytesRead: 0, method: `${READ_SHARE} of ${cpu.bandwidthBytesPerSecond} B/s of all channels; ${cpu.source}` },
      evidence: { totalBytes: source },
    },
    disks: [], accelerators, links: [], stacks: [], notices: [],
  };
}

function accelerator(row: DeviceRow, index: number): Accelerator {
  const usedBytes = row.vendor === "huawei" && row.memoryKind === "hbm" ? ASCEND_IDLE_BYTES : 0;
  return {
    id: `${row.vendor === "huawei" ? "ascend" : "nvidia"}:${index}`, vendor: row.vendor, family: row.family, model: row.id, socName: null, computeCapability: row.computeCapability, index, card: null, die: null,
    physicalId: null, uuid: null, serial: null, busId: null, numaNode: null, parentId: null, isPartitioned: false,
    memory: { kind: row.memoryKind, totalBytes: row.memoryBytes, usedBytes, freeBytes: row.memoryBytes - usedBytes },
    health: null, node: null, state: "usable", evidence: { memory: row.source },
  };
}
