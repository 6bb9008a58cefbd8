import type { Host } from "../../domain/host.ts";
import type { GpuSighting } from "./gpu-sighting.ts";
import { plainText } from "./plain-text.ts";
import type { NodeFindings } from "./read-device-nodes.ts";
import { textOf } from "./tool-value.ts";

const TEGRA_RELEASE = "/etc/nv_tegra_release";
const BOARD = "/proc/device-tree/model";

/** The GPU inside a Jetson is on no bus, and older releases have no tool that lists it. */
export async function readIntegratedGpu(host: Host): Promise<GpuSighting[]> {
  const [release, board] = await Promise.all([host.read(TEGRA_RELEASE, 4096), host.read(BOARD, 4096)]);
  const name = board.kind === "text" ? textOf(plainText(board.text)) : undefined;
  const isJetson = release.kind === "text" || /NVIDIA.*(?:Jetson|Orin|Xavier|Thor|Tegra)/i.test(name ?? "");
  return isJetson ? [{ source: release.kind === "text" ? TEGRA_RELEASE : BOARD, isByTool: false, name, kernelDriver: "nvgpu" }] : [];
}

/** Where neither tool nor bus nor driver shows anything, as in a container without /sys, a node still says that there is a GPU behind it. */
export function nodeSightings({ gpus }: NodeFindings): GpuSighting[] {
  return [...gpus].map(([minor, { path }]) => ({ source: path, isByTool: false, minor }));
}
