import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { HostRun } from "../../../main/domain/host.ts";
import { GPU_QUERIES, queryArguments } from "../../../main/hardware/nvidia/nvidia-probes.ts";

export function recording(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../recordings/${name}`, import.meta.url)), "utf8");
}

/** The recordings' first line tells where they come from. */
export function withoutSource(text: string): string {
  return text.slice(text.indexOf("\n") + 1);
}

/** What one command printed, from a capture of nvidia_gpu_exporter ("capabilities :: topo -m"); two blank lines end it. */
export function section(capture: string, title: string): string {
  const begin = capture.indexOf(`# ${title}`);
  if (begin < 0) throw new Error(`no section ${title}`);
  const body = capture.indexOf("####\n", begin) + 5;
  const end = capture.indexOf("\n\n\n####", body);
  return `${capture.slice(body, end < 0 ? undefined : end).trimEnd()}\n`;
}

export const CAPTURES = {
  h200: "nvidia_capture_linux-x86_64__nvidia-h200__590.48.01.txt",
  h200Slices: "nvidia_capture_linux-x86_64__nvidia-h200-mig__590.48.01.txt",
  l40s: "nvidia_capture_linux-x86_64__nvidia-l40s__595.80.txt",
} as const;

/** The key of a query's command, by its place among GPU_QUERIES. */
export function queryCommand(level: number): string {
  return ["nvidia-smi", ...queryArguments(GPU_QUERIES[level] ?? [])].join(" ");
}

/** The commands that a capture of nvidia_gpu_exporter answers. It asked for every field there is: a table of more columns, in another order, than we ask for. */
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

/** Every command of nvidia-smi that is asked for, with the same answer. */
export function everyCommand(run: string | HostRun): Record<string, string | HostRun> {
  return Object.fromEntries([...GPU_QUERIES.keys()].map((level) => queryCommand(level)).concat(["-L", "-q -x", "--version", "topo -m"].map((args) => `nvidia-smi ${args}`), "nvidia-smi").map((command) => [command, run]));
}

/** The numbered blocks of nvidia_failures.txt: what stood behind "## ", and the words under it. */
export function failureBlocks(): { readonly title: string; readonly words: string }[] {
  return recording("nvidia_failures.txt").split(/^## /m).slice(1).map((block) => ({ title: block.slice(0, block.indexOf("\n")), words: block.slice(block.indexOf("\n") + 1) }));
}
