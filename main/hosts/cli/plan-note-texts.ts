import type { PlanNote } from "../../../shared/schemas/plan.ts";
import type { PlanNoteCode, PlanNoteDetails } from "../../../shared/schemas/plan-notes.ts";
import { formatBytes, formatCount, formatPercent } from "./format-units.ts";

type PlanNoteTexts = { readonly [C in PlanNoteCode]: (details: PlanNoteDetails[C]) => string };

const LEFT_OUT: Readonly<Record<string, string>> = {
  partitioned: "it is cut into slices, which are counted instead", noMemory: "it says that it has no memory", busy: "another container or process holds it", denied: "this user may not open it",
  broken: "driver or device report a fault", hidden: "the driver's tool does not show it",
};

/** What each engine calls its share of a device's memory. */
const UTILIZATION_OPTIONS: Readonly<Record<string, string>> = { vllm: "--gpu-memory-utilization", "vllm-ascend": "--gpu-memory-utilization", sglang: "--mem-fraction-static", mindie: "NPU_MEMORY_FRACTION" };

/** What a plan takes for granted, leaves out or cannot do. */
export const PLAN_NOTE_TEXTS: PlanNoteTexts = {
  "machine.deviceLeftOut": (d) => `${d.device} is not counted: ${LEFT_OUT[d.reason] ?? d.reason}.`,
  "machine.deviceUnknown": (d) => `The tables do not know ${d.device}: what fits is worked out, its speed is not.`,
  "machine.sharedMemory": (d) => `${d.device} reports no memory of its own; it is counted with the machine's ${formatBytes(d.bytes)}.`,
  "machine.unequalMemory": (d) => `The devices ${d.device} differ in memory; all count with the least, ${formatBytes(d.bytes)}.`,
  "machine.memoryUnknown": () => "Nothing tells how much memory the machine has: processors alone are not planned for.",
  "machine.freeMemoryUnknown": (d) => `What is free was not found out: ${formatPercent(d.share)} of the memory, ${formatBytes(d.bytes * d.share)}, is counted on.`,
  "machine.bandwidthUnknown": () => "Nobody measured how fast memory is read, so processors have no predicted speed. Measured here with \"sallyport hardware\".",
  "machine.threadsUnknown": () => "How many threads there are was not found out: one is counted on.",
  "machine.contradiction": (d) => `Two figures contradict each other: ${d.field} is ${formatCount(d.found)}, and cannot be more than ${formatCount(d.other)}. The smaller one is counted on.`,
  "machine.fromTheFuture": (d) => `The site file says it was made at ${d.at}, which is still to come: a clock is wrong.`,
  "machine.preset": () => "The machine is a preset from the device tables; a capture of the real one says what is free, busy or broken there.",
  "plan.evenRouting": () => "Routers are taken to choose experts evenly; skewed ones read fewer.",
  "plan.noSpeculation": (d) => `Guessing ahead with the ${d.layers === 1 ? "layer" : `${d.layers} layers`} for multi-token prediction is left out; engines that do it decode up to about 2.5 times as fast at few sequences.`,
  "plan.windowCachedWhole": (d) => `The cache is counted whole, although attention looks back only ${formatCount(d.window)} tokens.`,
  "plan.configOnly": () => "Planned from the config alone: whether the weights belong to it shows when they are imported.",
  "plan.othersFromCheckpoint": () => "The package is the embedded engine's; the other engines would run files made from the same checkpoint.",
  "engine.cpuOnly": () => "it runs on processors only",
  "engine.needsNvidia": (d) => `it does not run on ${d.device}: it needs Nvidia GPUs`,
  "engine.needsAscend": (d) => `it does not run on ${d.device}: it needs Ascend devices`,
  "engine.needsAccelerator": (d) => `it does not run on ${d.device}: it needs an accelerator`,
  "engine.chipUnsupported": (d) => `it does not run on ${d.device} (${d.chip})`,
  "engine.noPrecision": (d) => `${d.device} computes in none of the formats that it takes`,
  "engine.llamaQueryRank": (d) => `its loader refuses a model with latents and no query rank at ${d.layers} layers`,
  "engine.llamaSharedExpert": () => "its loader wants a shared expert",
  "engine.llamaCannV2Lite": () => "its Ascend backend does not run models of the V2-Lite kind",
  "engine.llamaGroupScore": () => "groups of experts are scored by their best two, the model was trained with the best one: answers differ slightly",
  "engine.ascendEager": (d) => `its graph mode takes 32, 64 or 128 heads on a device, here are ${formatCount(d.heads)}: if it stops at the start, add --enforce-eager`,
  "engine.unverifiedChip": (d) => `nobody published latent attention on ${d.chip} with it: try before you buy`,
  "engine.vllmCpu": () => "its processor build takes 16-bit weights; set VLLM_CPU_KVCACHE_SPACE to the cache shown",
  "engine.cardsTooSmall": (d) => `${d.device} cannot hold the model with all that was asked for, so it is planned on the processors; layers put on the card all the same (-ngl) make it faster than shown`,
  "engine.lowerUtilization": (d) => `${formatBytes(d.takenBytes)} of each device are in use: start it with ${UTILIZATION_OPTIONS[d.engine] ?? "a share of memory of"} ${d.share.toFixed(2)}, or it stops at the start`,
  "engine.cacheLimit": (d) => `allow the cache with --cache-limit ${Math.ceil(d.cacheBytes / 1e6)}MB: unasked it takes no more than half of what is left, ${formatBytes(d.limitBytes)}`,
};

/** A code from a newer version shows itself and its details. */
export function planNoteText({ code, details }: PlanNote): string {
  const text = Object.hasOwn(PLAN_NOTE_TEXTS, code) ? (PLAN_NOTE_TEXTS[code as PlanNoteCode] as (details: never) => string) : undefined;
  return text === undefined ? `${code}: ${JSON.stringify(details)}` : text(details as never);
}
