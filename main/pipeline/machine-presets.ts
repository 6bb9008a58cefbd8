import type { Machine } from "../../shared/schemas/machine.ts";
import type { PlanPreset } from "../../shared/schemas/plan.ts";
import { CPU_ROWS, DEVICE_ROWS, PRESET_ROWS } from "../plan/device-tables.ts";
import { presetMachine } from "../plan/preset-machine.ts";

/** @throws plan.unknownPreset */
export const presetMachineNamed = (name: string): Machine => presetMachine(name);

/** The machines that a plan can be made for without a site file, with where their figures come from. */
export function machinePresets(): PlanPreset[] {
  return PRESET_ROWS.map(({ name, title, cpu, device, count, hostMemoryBytes }) => {
    const row = DEVICE_ROWS.find(({ id }) => id === device);
    const processor = CPU_ROWS.find(({ id }) => id === cpu);
    const formats = row === undefined ? (processor?.instructionSets ?? []) : (["bf16", "fp16", "int8", "fp8", "fp4"] as const).filter((format) => row.peaks[format] !== null);
    return {
      name, title, devices: count, memoryBytes: row === undefined ? hostMemoryBytes : count * row.memoryBytes, bandwidthBytesPerSecond: row === undefined ? (processor?.bandwidthBytesPerSecond ?? 0) : row.bandwidthBytesPerSecond,
      formats: [...formats], sources: [row, processor].flatMap((each) => (each === undefined ? [] : [`${each.id}: ${each.source}`])),
    };
  });
}
