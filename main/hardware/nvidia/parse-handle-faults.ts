import type { GpuSighting } from "./gpu-sighting.ts";
import { excerptOf } from "./nvidia-notice.ts";
import { busIdOf, countOf } from "./tool-value.ts";

/**
 * "Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error", older "… for GPU 0000:34:00.0: GPU is lost.  Reboot the system to recover this GPU",
 * or "GPU0000:25:00.0" without a number. The tool prints it before a table that is valid for the others, and may end with status 0.
 */
const LINE = /Unable to determine the device handle for GPU ?(?:(\d{1,3}):? )?(?:([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]))?/i;

/** GPUs that the driver lists and cannot reach. */
export function parseHandleFaults(text: string, source: string): GpuSighting[] {
  const found = new Map<string, GpuSighting>();
  for (const line of text.split("\n")) {
    const match = LINE.exec(line);
    const busId = busIdOf(match?.[2]);
    const index = countOf(match?.[1]);
    if (busId === undefined && index === undefined) continue;
    found.set(busId ?? `index ${index}`, { source, isByTool: true, index, busId, faults: [excerptOf(line)] });
  }
  return [...found.values()];
}
