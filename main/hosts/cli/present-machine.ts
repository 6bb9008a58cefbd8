import type { Accelerator, Evidence, Machine, MeasuredRate, Notice } from "../../../shared/schemas/machine.ts";
import type { CommandOutcome } from "./define-command.ts";
import { formatBytes, formatCount, formatShare, formatTime } from "./format-units.ts";
import { noticeText } from "./notice-texts.ts";
import { fieldList, printable, textTable } from "./text-table.ts";

const SEVERITIES = ["problem", "warning", "info"] as const satisfies readonly Notice["severity"][];
const DASH = "–";

/** A machine as a person reads it: facts, devices, what must be known; on request with the file or command behind each. */
export function presentMachine(machine: Machine, options: { readonly evidence: boolean }): CommandOutcome {
  const sections = [
    fieldList(factsOf(machine)), disksOf(machine), devicesOf(machine), noticesOf(machine, options), ...(options.evidence ? [evidenceOf(machine)] : []),
  ];
  return { json: { machine }, text: sections.filter((section) => section !== "").join("\n\n") };
}

function factsOf({ observation, platform, cpu, memory, numa, links, stacks }: Machine): (readonly [string, string])[] {
  const seen = { live: "seen", capture: "seen through a capture", folder: "seen through pasted outputs", preset: "a preset" }[observation.how];
  const system = [platform.distribution, platform.architecture === "other" ? null : platform.architecture, platform.kernel === null ? null : `kernel ${platform.kernel}`, libcOf(platform.libc)];
  const around = [platform.container === null ? null : `in a container (${platform.container})`, platform.virtualization === null ? null : `in a virtual machine (${platform.virtualization})`];
  const fields: (readonly [string, string])[] = [
    ["machine", joined([platform.hostName, `${seen}${observation.at === null ? "" : ` ${formatTime(observation.at)}`}${observation.redacted ? ", names and numbers taken out" : ""}`])],
    ["system", joined([...system, ...around])],
    ["processor", joined([cpu.model, counted(cpu.sockets, "socket"), counted(cpu.cores, "core"), threadsOf(cpu), cpu.l3CacheBytes === null ? null : `L3 ${formatBytes(cpu.l3CacheBytes)}`])],
    ["instructions", cpu.instructionSets.join(" ") || DASH],
    ["memory", memoryOf(memory)],
  ];
  if (numa.length > 1) fields.push(["NUMA", numa.map((node) => `${node.id}: ${node.cpus === "" ? "no processors" : `processors ${node.cpus}`}${node.memoryBytes === null ? "" : `, ${formatBytes(node.memoryBytes)}`}`).join("; ")]);
  if (memory.readBandwidth !== null) fields.push(["memory read", rateOf(memory.readBandwidth)]);
  for (const stack of stacks) {
    const versions = [["driver", stack.driver], ["firmware", stack.firmware], ["CUDA", stack.cuda], ["CANN", stack.cann], ["NNAL", stack.nnal], ["container runtime", stack.containerRuntime]] as const;
    fields.push([stack.kind === "ascend" ? "Ascend" : "Nvidia", versions.flatMap(([name, version]) => (version === null ? [] : [`${name} ${version}`])).join(", ") || DASH]);
  }
  if (links.length > 0) fields.push(["links", linksOf(links)]);
  return fields;
}

function libcOf(libc: Machine["platform"]["libc"]): string | null {
  return libc === null ? null : `${libc.kind}${libc.version === null ? "" : ` ${libc.version}`}`;
}

function threadsOf({ threads, usableThreads }: Machine["cpu"]): string | null {
  if (threads === null) return null;
  return `${counted(threads, "thread")}${usableThreads === null || usableThreads === threads ? "" : `, ${formatShare(usableThreads)} usable`}`;
}

function memoryOf({ totalBytes, usableBytes, limitBytes, limitUsedBytes, swapBytes, hugePages }: Machine["memory"]): string {
  const huge = hugePages.map((size) => `${formatCount(size.total)} huge pages of ${formatBytes(size.pageBytes)}`);
  return joined([
    totalBytes === null ? null : formatBytes(totalBytes), usableBytes === null ? null : `${formatBytes(usableBytes)} usable now`,
    limitBytes === null ? null : `limited to ${formatBytes(limitBytes)}${limitUsedBytes === null ? "" : `, ${formatBytes(limitUsedBytes)} of it taken`}`, swapBytes ? `swap ${formatBytes(swapBytes)}` : null, ...huge,
  ]);
}

function rateOf({ bytesPerSecond, minimum, maximum, runs, threads, method }: MeasuredRate): string {
  return `${formatRate(bytesPerSecond)} (${formatRate(minimum)} to ${formatRate(maximum)} in ${runs} runs, ${counted(threads, "thread")}; ${method})`;
}

function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** "HCCS × 28, PIX × 12": eight devices have 28 pairs, which --json lists. */
function linksOf(links: Machine["links"]): string {
  const pairs = new Map<string, Set<string>>();
  for (const { from, to, kind } of links) pairs.set(kind, (pairs.get(kind) ?? new Set()).add([from, to].sort().join(" ")));
  return [...pairs].map(([kind, members]) => `${kind} × ${formatCount(members.size)}`).join(", ");
}

function disksOf({ disks }: Machine): string {
  if (disks.length === 0) return "";
  const rows = disks.map((disk) => [
    disk.mountPoint, disk.filesystem ?? DASH, formatBytes(disk.totalBytes), formatBytes(disk.freeBytes), disk.readRate === null ? DASH : formatRate(disk.readRate.bytesPerSecond),
    joined([disk.holdsHome === true ? "home" : null, disk.readOnly === true ? "read-only" : null, disk.readRate?.method ?? null], ""),
  ]);
  return textTable([{ title: "DISK" }, { title: "TYPE" }, { title: "SIZE", align: "right" }, { title: "FREE", align: "right" }, { title: "READ", align: "right" }, { title: "" }], rows);
}

function devicesOf({ accelerators }: Machine): string {
  if (accelerators.length === 0) return "No accelerators.";
  const rows = accelerators.map((device) => [
    device.id, device.model ?? device.family ?? DASH, device.socName ?? (device.computeCapability === null ? DASH : `sm ${device.computeCapability}`), formatBytes(device.memory.totalBytes), formatBytes(device.memory.freeBytes),
    device.memory.kind ?? DASH, device.numaNode === null ? DASH : String(device.numaNode), device.busId ?? DASH, device.health ?? DASH, stateOf(device),
  ]);
  const right = "right" as const;
  return textTable([
    { title: "DEVICE" }, { title: "MODEL" }, { title: "KERNELS FOR" }, { title: "MEMORY", align: right }, { title: "FREE", align: right }, { title: "KIND" }, { title: "NUMA", align: right }, { title: "BUS" }, { title: "HEALTH" }, { title: "STATE" },
  ], rows);
}

function stateOf({ state, isPartitioned, parentId }: Accelerator): string {
  return joined([state, isPartitioned ? "cut into slices" : null, parentId === null ? null : `slice of ${parentId}`]);
}

/** The worst first. */
/** Sixteen dies with one trouble are one thing to read. */
function noticesOf({ notices }: Machine, { evidence }: { readonly evidence: boolean }): string {
  const sorted = SEVERITIES.flatMap((severity) => notices.filter((notice) => notice.severity === severity));
  const alike = Map.groupBy(sorted, ({ code, subject, details }) => JSON.stringify([code, Object.values(details).includes(subject) ? subject : null, details]));
  return [...alike.values()].map(([notice, ...others]) => {
    if (notice === undefined) return "";
    const { what, next } = noticeText(notice);
    const words = evidence ? notice.evidence.map(({ source, excerpt }) => `  · ${printable(source)}${excerpt === null ? "" : `: ${excerpt.split("\n").map(printable).join("\n      ")}`}`) : [];
    const same = others.length === 0 ? [] : [`  The same of ${others.map(({ subject }) => printable(subject)).join(", ")}.`];
    return [`${notice.severity}  ${printable(notice.subject)}  ${printable(what)}`, ...same, `  ${printable(next)}`, ...words].join("\n");
  }).join("\n");
}

function evidenceOf(machine: Machine): string {
  const groups: (readonly [string, Evidence])[] = [
    ["platform", machine.platform.evidence], ["cpu", machine.cpu.evidence], ["memory", machine.memory.evidence], ...machine.numa.map((node) => [`numa ${node.id}`, node.evidence] as const),
    ...machine.disks.map((disk) => [`disk ${disk.mountPoint}`, disk.evidence] as const), ...machine.stacks.map((stack) => [stack.kind, stack.evidence] as const), ...machine.accelerators.map((device) => [device.id, device.evidence] as const),
  ];
  return textTable([{ title: "OF" }, { title: "FIELD" }, { title: "TOLD BY" }], groups.flatMap(([of, evidence]) => Object.entries(evidence).map(([field, source]) => [of, field, source])));
}

function counted(count: number | null, noun: string): string | null {
  return count === null ? null : `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function joined(parts: readonly (string | null)[], otherwise = DASH): string {
  return parts.filter((part) => part !== null && part !== "").join(", ") || otherwise;
}
