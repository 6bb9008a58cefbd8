import type { Host } from "../../domain/host.ts";
import type { GpuSighting } from "./gpu-sighting.ts";
import { parseModuleVersion } from "./parse-versions.ts";
import { plainText } from "./plain-text.ts";
import { busIdOf, countOf, gpuUuidOf, textOf, versionOf } from "./tool-value.ts";

const VERSION = "/proc/driver/nvidia/version";
const GPUS = "/proc/driver/nvidia/gpus";
/** Its own files have 2 KB at most. */
const FILE_BYTES = 65_536;

export interface DriverFindings {
  readonly gpus: readonly GpuSighting[];
  /** Nvidia's kernel module is loaded. */
  readonly isLoaded: boolean;
  readonly version: string | undefined;
  readonly source: string;
}

/** What Nvidia's kernel module says of itself and its GPUs. A container sees this of its host, whether or not it was given a device. */
export async function readDriverFiles(host: Host): Promise<DriverFindings> {
  const [version, directories] = await Promise.all([host.read(VERSION, FILE_BYTES), host.list(GPUS)]);
  const names = directories.kind === "names" ? directories.names : [];
  const gpus = await Promise.all(names.map((name) => readGpu(host, name)));
  return {
    gpus: gpus.filter((gpu) => gpu.busId !== undefined),
    isLoaded: version.kind === "text" || names.length > 0,
    version: version.kind === "text" ? parseModuleVersion(plainText(version.text)) : undefined,
    source: VERSION,
  };
}

async function readGpu(host: Host, name: string): Promise<GpuSighting> {
  const source = `${GPUS}/${name}/information`;
  const file = await host.read(source, FILE_BYTES);
  const text = file.kind === "text" ? plainText(file.text) : "";
  const field = (title: string): string | undefined => new RegExp(`^${title}:[ \\t]*(.*)$`, "m").exec(text)?.[1];
  return {
    source, isByTool: false, busId: busIdOf(field("Bus Location")) ?? busIdOf(name), uuid: gpuUuidOf(field("GPU UUID")), minor: countOf(field("Device Minor")), name: textOf(field("Model")),
    // The module answers "GPU-????????-…" and firmware N/A for a device that it could not start.
    firmware: versionOf(field("GPU Firmware")), isExcluded: /^yes/i.test(field("GPU Excluded") ?? field("Blacklisted") ?? "") ? true : undefined, kernelDriver: "nvidia",
  };
}
