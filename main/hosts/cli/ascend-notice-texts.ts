import type { AscendNoticeCode, AscendNoticeDetails } from "../../../shared/schemas/ascend-notices.ts";
import { formatBytes, formatCount } from "./format-units.ts";

/** What was found, with its reason, and what to do about it. Plain English, no code names. */
type AscendNoticeTexts = { readonly [C in AscendNoticeCode]: { readonly says: (details: AscendNoticeDetails[C], subject: string) => string; readonly next: string } };

const devices = (count: number): string => `${formatCount(count)} Ascend ${count === 1 ? "device" : "devices"}`;
const among = (count: number): string => (count < 0 ? "told nothing" : `shows ${formatCount(count)}`);

function unreachableReason({ nodes, deniedNodes, group }: AscendNoticeDetails["ascend.driverUnreachable"]): string {
  if (nodes < 0) return "The usual causes are missing device nodes, no right to open them, or a driver replaced without a restart.";
  if (nodes === 0) return "There is no /dev/davinciN here: the driver is not loaded, or this container was given no device.";
  if (deniedNodes > 0) return `This user may not open ${formatCount(deniedNodes)} of ${formatCount(nodes)} device nodes; members of the group ${group} may.`;
  return "The device nodes can be opened, so the driver itself does not answer; often it was replaced without a restart.";
}

export const ASCEND_NOTICE_TEXTS: AscendNoticeTexts = {
  "ascend.none": {
    says: (d) => `There is no trace of an Ascend device. Looked for: ${d.lookedFor}.`,
    next: "Nothing is to be done if this machine has none.",
  },
  "ascend.softwareOnly": {
    says: (d) => `Ascend software is installed (driver ${d.driver || "none"}, CANN ${d.cann || "none"}), but no device is there.`,
    next: "On a build machine this is as it should be. In a container, start it again with its devices.",
  },
  "ascend.driverMissing": {
    says: (d) => `${devices(d.devices)} ${d.devices === 1 ? "is" : "are"} on the PCI bus, and neither driver nor device nodes are there.`,
    next: "Install the Ascend driver and firmware for this card. In a container, pass the devices and mount /usr/local/Ascend/driver.",
  },
  "ascend.devicesHidden": {
    says: (d) => `${devices(d.devices)} on the PCI bus cannot be reached from here${d.where === "" ? "" : ` (${d.where})`}.`,
    next: "In a container this is usual: it was given only some of the machine's devices. Outside one, look for the missing cards in dmesg.",
  },
  "ascend.nodesMissing": {
    says: (d) => `The driver lists ${devices(d.devices)} that ${d.devices === 1 ? "has" : "have"} no device node here: ${d.nodes}.`,
    next: "In a container, start it again with --device for each of these nodes. Outside one, load the driver again or restart the machine.",
  },
  "ascend.nodeDenied": {
    says: (d) => `This user may not open ${d.path} (mode ${d.mode}, ${d.owner}:${d.group}).`,
    next: "Add the user to the group that owns the node (usermod -aG), then log in again.",
  },
  "ascend.companionMissing": {
    says: (d) => `${d.path} is missing; without it no program can use an Ascend device.`,
    next: "In a container, start it again with --device for this node. Outside one, the driver is not loaded completely: load it again.",
  },
  "ascend.driverUnreachable": {
    says: (d) => `"${d.command}" could not reach the driver (${d.ret}). ${unreachableReason(d)}`,
    next: "Restart the machine if the driver was changed; otherwise give the user or the container access to the device nodes.",
  },
  "ascend.heldByAnotherContainer": {
    says: (d) => `The Ascend devices are held by another container (${d.ret}).${d.holders === "" ? "" : ` By the driver's account: ${d.holders}.`}`,
    next: "Stop the container that holds them. As root, /proc/uda/namespace_node on the host names its process (root_tgid, for ns_id below 128).",
  },
  "ascend.deviceQueryFailed": {
    says: (d, subject) => `The driver refused "${d.command}" for ${subject} (${d.ret}).`,
    next: "Look at the device with \"npu-smi info -t health\" and at the kernel's log. One faulty or hidden card can fail the query for all.",
  },
  "ascend.toolMissing": {
    says: (d) => `npu-smi is not there (looked for ${d.lookedAt}), so little is known of the devices.`,
    next: "In a container, mount /usr/local/bin/npu-smi and /usr/local/dcmi. Outside one, install the driver package again.",
  },
  "ascend.toolNotExecutable": {
    says: (d) => `This user may not run "${d.command}".`,
    next: "Run the search as a user who may, or as root; npu-smi belongs to the driver's group on some systems.",
  },
  "ascend.toolLibraryMissing": {
    says: (d) => `"${d.command}" does not start: ${d.library} is missing.`,
    next: "In a container, mount /usr/local/Ascend/driver/lib64 and /usr/local/dcmi. Outside one, set LD_LIBRARY_PATH as the driver's set_env.sh does.",
  },
  "ascend.toolTimedOut": {
    says: (d, subject) => `"${d.command}" gave no answer within ${formatCount(Math.round(d.afterMs / 1000))} s (${subject}).`,
    next: "A device that hangs is the usual cause: look at the kernel's log, and reset the card or restart the machine.",
  },
  "ascend.toolKilled": {
    says: (d) => `"${d.command}" was ended by ${d.signal}.`,
    next: "Run it by hand. If it crashes there too, install the driver package again.",
  },
  "ascend.toolFailed": {
    says: (d) => `"${d.command}" ended with status ${d.exitCode}; what it printed before counts.`,
    next: "Run it by hand and read its last lines.",
  },
  "ascend.toolNotRecorded": {
    says: (d) => `${devices(d.devices)} ${d.devices === 1 ? "was" : "were"} recorded, and no output of npu-smi, so neither memory nor state is known.`,
    next: "Add the outputs of \"npu-smi info\", \"npu-smi info -m\" and \"npu-smi info -t board -i 0\" to the record.",
  },
  "ascend.outputNotUnderstood": {
    says: (d) => `"${d.command}" printed nothing that could be read as a table of devices.`,
    next: "Run it by hand. If it shows devices, its layout is newer than this version of Sallyport: report it with the output.",
  },
  "ascend.outputCut": {
    says: (d) => `The output of "${d.command}" is cut: ${formatCount(d.incompleteRows)} ${d.incompleteRows === 1 ? "device misses" : "devices miss"} a part, and ${d.incompleteRows === 1 ? "is" : "are"} left out.`,
    next: "Record the whole output again.",
  },
  "ascend.countsDiffer": {
    says: (d) => `Sources disagree on how many Ascend devices there are: npu-smi ${among(d.npuSmi)}, the PCI bus ${among(d.pci)}, /dev ${among(d.nodes)}.`,
    next: "Plans count only devices that can be used now. Compare the lists; a card that fell off the bus needs a restart of the machine.",
  },
  "ascend.memoryDiffers": {
    says: (d, subject) => `${subject} has ${formatBytes(d.takenBytes)} by "${d.takenFrom}" and ${formatBytes(d.otherBytes)} by "${d.otherFrom}"; the smaller is taken.`,
    next: "Nothing is to be done if the difference is small: a part is kept for the card's own use.",
  },
  "ascend.fieldDiffers": {
    says: (d, subject) => `${subject}: ${d.field} is ${d.taken} by ${d.takenFrom} and ${d.other} by ${d.otherFrom}; the first is taken.`,
    next: "Outputs of different times or machines may be mixed. A driver that differs from the installed one needs a restart of the machine.",
  },
  "ascend.healthNotOk": {
    says: (d, subject) => `The driver reports the health of ${subject} as ${d.health}.`,
    next: "\"npu-smi info -t health\" with the card's number tells the fault; Warning can usually be worked with, the others cannot.",
  },
  "ascend.memoryUnknown": {
    says: (_d, subject) => `How much memory ${subject} has is not known: no answer of npu-smi tells it in figures that can be read.`,
    next: "Record \"npu-smi info\" whole, every line up to its last \"|\", in a window of at least 120 columns; \"npu-smi info -t memory -i N\" tells it too.",
  },
  "ascend.chipUnknown": {
    says: (d, subject) => `${subject} is a ${d.model}${d.pciDevice === "" ? "" : ` (PCI device ${d.pciDevice})`}, which this version does not know.`,
    next: "It is listed and not planned for. A newer version of Sallyport may know it.",
  },
  "ascend.socNameUnknown": {
    says: (d, subject) => `${subject} calls itself ${d.model}, which does not tell what to compile for.`,
    next: "Record \"npu-smi info -t board -i N -c 0\" too: its NPU Name completes the name.",
  },
  "ascend.physicalIdUnknown": {
    says: (d, subject) => `Which /dev/davinciN ${subject} is (card ${d.npuId}, chip ${d.chipId}) is not known.`,
    next: "Record \"npu-smi info -m\", or look at it on the host; containers count devices anew.",
  },
  "ascend.topologyUnmatched": {
    says: (d) => `The topology names devices that were not found: ${d.names}.`,
    next: "Outputs of different containers or machines may be mixed; record them together.",
  },
  "ascend.visibleDevices": {
    says: (d) => `${d.variable}=${d.value || "(empty)"} limits what programs see of the devices listed here.`,
    next: "Unset it, or set it to the devices that are meant.",
  },
};
