import { GPU_LIMIT, type GpuSighting, type Reading, type SliceSighting } from "./gpu-sighting.ts";
import { partitionedOf, serialOf } from "./parse-query-gpu.ts";
import { busIdOf, bytesOf, counterOf, countOf, gpuUuidOf, shownWords, textOf, toolValue, versionOf } from "./tool-value.ts";
import { childAt, textAt, type XmlElement, xmlElements } from "./xml-elements.ts";

export interface XmlReading extends Reading {
  readonly driver: string | undefined;
  readonly cuda: string | undefined;
  /** How many GPUs the tool says there are. */
  readonly attachedGpus: number | undefined;
}

/** Reads `nvidia-smi -q -x`, schemas v11 to v13: the elements wanted have the same places in all, or are looked for in each. */
export function parseSmiXml(text: string, source: string): XmlReading {
  const log = xmlElements(text).find((element) => element.name === "nvidia_smi_log");
  const elements = (log?.children ?? []).filter((element) => element.name === "gpu").slice(0, GPU_LIMIT);
  const attachedGpus = countOf(textAt(log, "attached_gpus"));
  // GPUs stand in the order of their index, which is their index only where none is left out.
  const isNumbered = log?.isClosed === true && attachedGpus === elements.length;
  return {
    gpus: elements.map((element, position) => readGpu(element, source, isNumbered ? position : undefined)).filter((gpu) => gpu.busId !== undefined || gpu.uuid !== undefined),
    isCut: log !== undefined && !log.isClosed,
    driver: versionOf(textAt(log, "kmd_version")) ?? versionOf(textAt(log, "driver_version")),
    cuda: versionOf(textAt(log, "cuda_umd_version")) ?? versionOf(textAt(log, "cuda_version")),
    attachedGpus,
  };
}

function readGpu(gpu: XmlElement, source: string, index: number | undefined): GpuSighting {
  const memory = childAt(gpu, "fb_memory_usage");
  const totalBytes = bytesOf(textAt(memory, "total"));
  const memoryWords = memory === undefined ? undefined : shownWords(textAt(memory, "total") ?? "");
  const slices = (childAt(gpu, "mig_devices")?.children ?? []).filter((each) => each.name === "mig_device").flatMap(readSlice);
  const advised = textOf(textAt(gpu, "gpu_recovery_action"));
  const needsReset = textAt(gpu, "gpu_reset_status", "reset_required")?.toLowerCase() === "yes";
  const faults = ["product_name", "uuid"].map((name) => `${name}: ${textAt(gpu, name) ?? ""}`).concat(`memory: ${textAt(memory, "total") ?? ""}`, `state: ${textAt(gpu, "performance_state") ?? ""}`).map(shownWords);
  return {
    source, isByTool: true, index,
    busId: busIdOf(/\bid="([^"]*)"/.exec(gpu.attributes)?.[1]) ?? busIdOf(textAt(gpu, "pci", "pci_bus_id")),
    uuid: gpuUuidOf(textAt(gpu, "uuid")), minor: countOf(textAt(gpu, "minor_number")), name: textOf(textAt(gpu, "product_name")), serial: serialOf(textAt(gpu, "serial")),
    firmware: versionOf(textAt(gpu, "gsp_firmware_version")),
    totalBytes, usedBytes: bytesOf(textAt(memory, "used")), freeBytes: bytesOf(textAt(memory, "free")), memoryWords: totalBytes === undefined ? memoryWords : undefined,
    isPartitioned: partitionedOf(textAt(gpu, "mig_mode", "current_mig")) ?? (slices.length > 0 ? true : undefined), slices,
    faults: faults.filter((field) => toolValue(field.slice(field.indexOf(":") + 1)).kind === "fault"),
    uncorrectedErrors: uncorrected(childAt(gpu, "ecc_errors", "volatile")),
    recoveryAction: advised ?? (needsReset ? "reset required" : undefined),
    computeMode: textOf(textAt(gpu, "compute_mode")), computeProcesses: computeProcesses(childAt(gpu, "processes")),
    fabricState: textOf(textAt(gpu, "fabric", "state")), fabricStatus: textOf(textAt(gpu, "fabric", "status")),
  };
}

function readSlice(slice: XmlElement): SliceSighting[] {
  const index = countOf(textAt(slice, "index"));
  if (index === undefined) return [];
  const memory = childAt(slice, "fb_memory_usage");
  return [{
    index, gpuInstance: countOf(textAt(slice, "gpu_instance_id")), computeInstance: countOf(textAt(slice, "compute_instance_id")),
    totalBytes: bytesOf(textAt(memory, "total")), usedBytes: bytesOf(textAt(memory, "used")), freeBytes: bytesOf(textAt(memory, "free")),
  }];
}

/** The kinds of counters differ by generation (sram_uncorrectable, sram_uncorrectable_parity, dram_uncorrectable, double_bit/total). */
function uncorrected(counters: XmlElement | undefined): number | undefined {
  const counts = (counters?.children ?? []).filter((each) => each.name.includes("uncorrectable")).map((each) => counterOf(textAt(each)));
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
}

function computeProcesses(processes: XmlElement | undefined): number | undefined {
  if (!processes?.isClosed) return undefined;
  return processes.children.filter((each) => each.name === "process_info" && /C/.test(textAt(each, "type") ?? "")).length;
}
