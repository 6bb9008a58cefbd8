import { GPU_LIMIT, type GpuSighting, type Reading, type SliceSighting } from "./gpu-sighting.ts";
import { splitLines } from "./plain-text.ts";
import { gpuUuidOf, textOf } from "./tool-value.ts";

/** "GPU 0: NVIDIA H200 (UUID: GPU-…)" */
const GPU_LINE = /^GPU (\d{1,4}): (.+?) \(UUID: (GPU-[^)]*)\)$/;
/** "  MIG 1g.18gb  Device 3: (UUID: MIG-…)"; drivers before 470 named a slice MIG-GPU-<uuid>/<gpu instance>/<compute instance>. */
const SLICE_LINE = /^MIG (\S{1,64})\s+Device\s+(\d{1,3}): \(UUID: (MIG-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|MIG-GPU-[0-9a-f-]{36}\/(\d{1,3})\/(\d{1,3}))\)$/i;
const MOST_SLICES = 64;

/** Reads `nvidia-smi -L`. Only whole lines count: half a UUID would be another device's. */
export function parseGpuList(text: string, source: string): Reading {
  const gpus: (GpuSighting & { slices: SliceSighting[] })[] = [];
  const { whole, rest } = splitLines(text);
  for (const line of [...whole, rest].map((each) => each.trim())) {
    const gpu = GPU_LINE.exec(line);
    const slice = SLICE_LINE.exec(line);
    if (gpu !== null && gpus.length < GPU_LIMIT) gpus.push({ source, isByTool: true, index: Number(gpu[1]), name: textOf(gpu[2]), uuid: gpuUuidOf(gpu[3]), slices: [] });
    else if (slice !== null) addSlice(gpus.at(-1)?.slices, slice);
  }
  const end = rest.trim();
  const isCut = /^[GM]/.test(end) && !GPU_LINE.test(end) && !SLICE_LINE.test(end);
  return { gpus: gpus.map((gpu) => (gpu.slices.length > 0 ? { ...gpu, isPartitioned: true } : gpu)), isCut };
}

function addSlice(slices: SliceSighting[] | undefined, match: RegExpExecArray): void {
  if (slices === undefined || slices.length >= MOST_SLICES) return;
  const number = (group: string | undefined): number | undefined => (group === undefined ? undefined : Number(group));
  slices.push({ index: Number(match[2]), profile: match[1], uuid: match[3], gpuInstance: number(match[4]), computeInstance: number(match[5]) });
}
