import type { MachineNoticeCode, MachineNoticeDetails } from "../../../shared/schemas/machine-notices.ts";
import { formatBytes, formatCount, formatMilliseconds, formatShare } from "./format-units.ts";

type MachineNoticeTexts = { readonly [C in MachineNoticeCode]: { readonly says: (details: MachineNoticeDetails[C], subject: string) => string; readonly next: string } };

const LIMIT_NEXT = "Plans count on the limit, not on the machine. Where it is yours to set, start the container or service with more.";

/** What was noticed about the machine itself, and what to do about it. Plain English, no code names. */
export const MACHINE_NOTICE_TEXTS: MachineNoticeTexts = {
  "machine.partFailed": { says: (d) => `Looking for ${d.part} failed: ${d.reason}.`, next: "Everything else holds. This is a fault of Sallyport; report it with the message." },
  "machine.partTimedOut": { says: (d) => `Looking for ${d.part} was given up after ${formatMilliseconds(d.afterMs)}.`, next: "A driver or a mounted disk hangs; dmesg usually names it. Everything else holds." },
  "machine.systemPartlyKnown": { says: (d) => `On ${d.os} some things are not found out: ${d.unknown}.`, next: "Plans for this machine need those figures from you; on Linux they are found." },
  "machine.architectureUnsupported": {
    says: (d) => `The processor's architecture is ${d.architecture || "not known"}.`,
    next: "Sallyport runs models on x86_64 and aarch64. For a machine from elsewhere, add what \"uname -srm\" prints there.",
  },
  "machine.sourcesDisagree": {
    says: (d, subject) => `Two sources disagree on ${d.field} (${subject}): ${d.taken} by ${d.takenFrom}, ${d.other} by ${d.otherFrom}. The first is taken.`,
    next: "In a container, or with outputs of two machines in one folder, this is usual; otherwise see which one is true before you plan with it.",
  },

  "cpu.unknown": { says: (d) => `Nothing tells what processors there are; looked at ${d.lookedAt}.`, next: "For a machine from elsewhere, add what \"lscpu\" prints there." },
  "cpu.limitedByQuota": { says: (d) => `Of ${formatCount(d.threads)} logical processors this process is given the time of ${formatShare(d.usableThreads)}.`, next: LIMIT_NEXT },
  "cpu.limitedByAffinity": { says: (d) => `Of ${formatCount(d.threads)} logical processors this process may use ${formatCount(d.usableThreads)}.`, next: LIMIT_NEXT },
  "cpu.limitsUnknown": {
    says: (d) => `There are ${formatCount(d.threads)} logical processors; nothing tells how many of them a model may use.`,
    next: "In a container or under a batch system it may be fewer. capture.sh, run where the model will run, finds out.",
  },
  "cpu.coresDiffer": { says: (d) => `Not all cores have the same instruction sets; only some have ${d.missingFromSome}.`, next: "Kernels are chosen for what all cores have. Binding the process to the larger cores may be faster." },

  "memory.unknown": { says: (d) => `Nothing tells how much memory there is; looked at ${d.lookedAt}.`, next: "For a machine from elsewhere, add what \"cat /proc/meminfo\" prints there." },
  "memory.limited": {
    says: (d) => `A control group limits memory to ${formatBytes(d.limitBytes)}${d.totalBytes < 0 ? "" : ` of ${formatBytes(d.totalBytes)}`} (${d.limitPath}).`,
    next: LIMIT_NEXT,
  },
  "memory.limitAboveTotal": {
    says: (d) => `A control group's memory limit, ${formatBytes(d.limitBytes)}, is above what the machine has, ${formatBytes(d.totalBytes)} (${d.limitPath}).`,
    next: "The machine's own memory is what counts; a limit written for another machine protects nothing here.",
  },
  "memory.parentHasLessRoom": {
    says: (d) => `Others in the same control group have taken memory: ${d.parentPath} leaves ${formatBytes(d.parentRoomBytes)}, less than the ${formatBytes(d.roomBytes)} of the tighter limit.`,
    next: "Plans count on the smaller figure. Stop what runs beside it, or raise the parent's limit.",
  },
  "memory.pageCacheUnknown": {
    says: (d) => `What counts against the limit ${d.limitPath}, ${formatBytes(d.usedBytes)}, includes files in the page cache, which would be given back; how much of it is not told.`,
    next: "There is at least as much room as shown. The file memory.stat beside the limit tells the rest.",
  },
  "memory.hugePagesReserved": {
    says: (d) => `${formatBytes(d.reservedBytes)} are reserved as huge pages (${formatBytes(d.freeBytes)} of them unused) and cannot be taken by a model.`,
    next: "If nothing here needs them (databases, virtual machines and DPDK do), give them back: sysctl vm.nr_hugepages=0.",
  },
  "memory.bandwidthNotMeasured": { says: (d) => `How fast memory is read was not measured: ${d.reason}.`, next: "Plans then use a typical figure. Try again when the machine is idle." },
  "numa.nodesWithoutProcessors": {
    says: (d) => `${formatCount(d.nodes)} NUMA ${d.nodes === 1 ? "node has" : "nodes have"} memory${d.memoryBytes < 0 ? "" : ` (${formatBytes(d.memoryBytes)})`} and no processors: memory of a GPU, or on a CXL card.`,
    next: "The system counts it as its own, but it is slower or belongs to the GPU. Bind CPU work to the other nodes (numactl --membind).",
  },

  "disk.unknown": { says: (d) => `Nothing tells what disks there are; looked at ${d.lookedAt}.`, next: "For a machine from elsewhere, add what \"df -Pk\" prints there." },
  "disk.sizesUnknown": { says: (d) => `The sizes of ${formatCount(d.disks)} ${d.disks === 1 ? "disk are" : "disks are"} not told.`, next: "For a machine from elsewhere, add what \"df -Pk\" prints there." },
  "disk.sizesTimedOut": { says: (d) => `df did not come back within ${formatMilliseconds(d.afterMs)}; disks were asked one by one, network disks not at all.`, next: "A network disk does not answer. Unmount it (umount -l), or wait until its server is back." },
  "disk.network": { says: (d, subject) => `${subject} is reached over the network (${d.filesystem}).`, next: "Models load at the network's speed from it; keep the home on a local disk." },
  "disk.largestFile": {
    says: (d, subject) => `${subject} is ${d.filesystem}: no file there can be larger than ${formatBytes(d.largestFileBytes)}.`,
    next: "Packages and bundles fit, their files are below that. Checkpoints with larger files do not; exFAT, ext4 or XFS take them.",
  },
  "disk.readRateNotMeasured": { says: (d, subject) => `How fast ${subject} is read was not measured in ${d.directory}: ${d.reason}.`, next: "Loading times of plans are then estimates." },
};
