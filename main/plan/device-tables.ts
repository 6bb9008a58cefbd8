import { z } from "zod";
import ascend from "../../resources/devices/ascend.json" with { type: "json" };
import cpu from "../../resources/devices/cpu.json" with { type: "json" };
import nvidia from "../../resources/devices/nvidia.json" with { type: "json" };
import presets from "../../resources/devices/presets.json" with { type: "json" };
import { ACCELERATOR_FAMILIES, type Accelerator, InstructionSet } from "../../shared/schemas/machine.ts";

const rate = z.number().positive();

/** What one accelerator can do; dense peaks in operations a second, null where the chip has no such unit. */
export const DeviceRow = z.strictObject({
  id: z.string(),
  vendor: z.enum(["huawei", "nvidia"]),
  /** Expressions over the SoC's or the model's name; the first row that matches counts. */
  matches: z.array(z.string()),
  family: z.enum(ACCELERATOR_FAMILIES),
  computeCapability: z.string().nullable(),
  memoryKind: z.enum(["hbm", "ddr", "gddr", "shared"]),
  /** As the vendor's tool reports it: less than what is printed on the box. */
  memoryBytes: z.number().positive(),
  bandwidthBytesPerSecond: rate,
  peaks: z.strictObject({ fp16: rate, bf16: rate.nullable(), int8: rate, fp8: rate.nullable(), fp4: rate.nullable() }),
  link: z.strictObject({ name: z.string(), bytesPerSecond: rate }).nullable(),
  powerWatts: z.number().positive(),
  source: z.string().min(1),
});
export type DeviceRow = z.infer<typeof DeviceRow>;

const CpuRow = z.strictObject({
  id: z.string(), title: z.string(), vendor: z.string(), architecture: z.enum(["x86_64", "aarch64"]), sockets: z.int(), cores: z.int(), threads: z.int(), instructionSets: z.array(InstructionSet),
  memoryBytes: z.number(), bandwidthBytesPerSecond: rate, powerWatts: z.number(), source: z.string().min(1),
});
export type CpuRow = z.infer<typeof CpuRow>;

const PresetRow = z.strictObject({ name: z.string(), title: z.string(), cpu: z.string(), device: z.string().nullable(), count: z.int(), hostMemoryBytes: z.number() });
export type PresetRow = z.infer<typeof PresetRow>;

const table = <T>(row: z.ZodType<T>) => z.strictObject({ formatVersion: z.literal(1), rows: z.array(row) });

export const DEVICE_ROWS: readonly DeviceRow[] = [...table(DeviceRow).parse(nvidia).rows, ...table(DeviceRow).parse(ascend).rows];
export const CPU_ROWS: readonly CpuRow[] = table(CpuRow).parse(cpu).rows;
export const PRESET_ROWS: readonly PresetRow[] = z.strictObject({ formatVersion: z.literal(1), presets: z.array(PresetRow) }).parse(presets).presets;

/**
 * The row of a chip: by SoC name first, which tells variants apart that share a model name (an A3 calls itself "Ascend910"). The family keeps the first
 * generation, whose chips are called "Ascend910B" too, from being taken for a 910B.
 */
export function findDeviceRow({ socName, model, vendor, family }: Pick<Accelerator, "socName" | "model" | "vendor" | "family">): DeviceRow | null {
  const candidates = DEVICE_ROWS.filter((row) => row.vendor === vendor && (family === null || row.family === family));
  for (const name of [socName, model]) {
    if (name === null) continue;
    const found = candidates.find((row) => row.id === name || row.matches.some((expression) => new RegExp(expression).test(name)));
    if (found !== undefined) return found;
  }
  return null;
}
