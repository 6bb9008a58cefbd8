import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findNvidia } from "../../../main/hardware/nvidia/find-nvidia.ts";
import { GPU_QUERIES, NVIDIA_SMI_ARGUMENTS, queryArguments } from "../../../main/hardware/nvidia/nvidia-probes.ts";
import type { Found } from "../../../main/hardware/found.ts";
import { hostOf, type MachineParts } from "../host-of.ts";

export type Answer = NonNullable<MachineParts["commands"]>[string];

export const MIB = 2 ** 20;

export const CAPTURES = {
  h200: "nvidia_capture_linux-x86_64__nvidia-h200__590.48.01.txt",
  h200Slices: "nvidia_capture_linux-x86_64__nvidia-h200-mig__590.48.01.txt",
  l40s: "nvidia_capture_linux-x86_64__nvidia-l40s__595.80.txt",
} as const;

export function recording(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../recordings/${name}`, import.meta.url)), "utf8");
}

/** A recording's first line tells where it comes from. */
export function withoutSource(text: string): string {
  return text.slice(text.indexOf("\n") + 1);
}

/** What one command printed, from a capture of nvidia_gpu_exporter ("capabilities :: topo -m"); two blank lines end it. */
function section(capture: string, title: string): string {
  const begin = capture.indexOf(`# ${title}`);
  if (begin < 0) throw new Error(`no section ${title}`);
  const body = capture.indexOf("####\n", begin) + 5;
  const end = capture.indexOf("\n\n\n####", body);
  return `${capture.slice(body, end < 0 ? undefined : end).trimEnd()}\n`;
}

/** The key of a query's command, by its place among GPU_QUERIES. */
export function queryCommand(level: number): string {
  return ["nvidia-smi", ...queryArguments(GPU_QUERIES[level] ?? [])].join(" ");
}

/** The commands that a capture answers. It asked for every field there is: a table of more columns than we ask for, in another order. */
export function captureCommands(name: string, phase: "idle" | "load"): Record<string, string> {
  const capture = recording(name);
  return {
    "nvidia-smi -L": section(capture, "capabilities :: list (-L)"),
    "nvidia-smi --version": section(capture, "capabilities :: version"),
    "nvidia-smi topo -m": section(capture, "capabilities :: topo -m"),
    "nvidia-smi": section(capture, `${phase} :: nvidia-smi (default table)`),
    [queryCommand(0)]: section(capture, `${phase} :: query-gpu (csv`),
  };
}

/** Every command of nvidia-smi, with the same answer. */
export function everyCommand(answer: Answer): Record<string, Answer> {
  const commands = [...GPU_QUERIES.keys()].map(queryCommand).concat(Object.values(NVIDIA_SMI_ARGUMENTS).map((args) => ["nvidia-smi", ...args].join(" ")));
  return Object.fromEntries(commands.map((command) => [command, answer]));
}

/** The words of one block of nvidia_failures.txt, by a part of its title. */
export function failureWords(title: string): string {
  const block = recording("nvidia_failures.txt").split(/^## /m).find((each) => each.split("\n")[0]?.includes(title));
  if (block === undefined) throw new Error(`no block ${title}`);
  return block.slice(block.indexOf("\n") + 1);
}

export function find(parts: MachineParts): Promise<Found> {
  return findNvidia(hostOf(parts));
}

/** A machine with GPUs of one model as bus and driver show them. */
export function machineFiles(busIds: readonly string[], kernelDriver = "nvidia"): Record<string, string> {
  return Object.fromEntries(busIds.flatMap((busId) => [
    [`/sys/bus/pci/devices/${busId}/vendor`, "0x10de\n"], [`/sys/bus/pci/devices/${busId}/class`, "0x030200\n"], [`/sys/bus/pci/devices/${busId}/device`, "0x2330\n"],
    [`/sys/bus/pci/devices/${busId}/numa_node`, "1\n"], [`/sys/bus/pci/devices/${busId}/uevent`, `DRIVER=${kernelDriver}\nPCI_CLASS=30200\nPCI_ID=10DE:2330\nPCI_SLOT_NAME=${busId}\n`],
  ]));
}

/** As /proc/driver/nvidia/gpus/…/information has it; published output of an H100 with driver 535. */
export function driverFiles(gpus: readonly { readonly busId: string; readonly uuid: string; readonly minor: number; readonly excluded?: "Yes" }[]): Record<string, string> {
  return {
    "/proc/driver/nvidia/version": "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023\nGCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)\n",
    ...Object.fromEntries(gpus.map(({ busId, uuid, minor, excluded = "No" }) => [
      `/proc/driver/nvidia/gpus/${busId}/information`,
      `Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 10\nGPU UUID: \t ${uuid}\nVideo BIOS: \t 96.00.99.00.01\nBus Type: \t PCIe\nDMA Size: \t 52 bits\nBus Location: \t ${busId}\nDevice Minor: \t ${minor}\nGPU Firmware: \t 535.129.03\nGPU Excluded:\t ${excluded}\n`,
    ])),
  };
}
