import type { AscendNoticeDetails } from "../../shared/schemas/ascend-notices.ts";
import type { Format } from "./format.ts";
import type { NoticeTexts } from "./notice-text.ts";
import { type Phrase, phrase, say } from "./shown-text.ts";

const LIMIT_NEXT = "Plans count on the limit, not on the machine. Where it is yours to set, start the container or service with more.";
const CONTAINER_NEXT = 'In a container, start it with "--gpus all" (Docker, Podman) or ask for nvidia.com/gpu (Kubernetes); the NVIDIA Container Toolkit must be installed on the host.';
const RESET_NEXT = 'Stop what uses it and reset it ("nvidia-smi --gpu-reset -i INDEX"), or reboot. "dmesg | grep -i xid" tells what happened; a fault that comes back is the card, its power or its seat.';

const devices = (count: number, f: Format): Phrase => phrase`${f.count(count)} Ascend ${count === 1 ? "device" : "devices"}`;
const among = (count: number, f: Format): Phrase => (count < 0 ? phrase`told nothing` : phrase`shows ${f.count(count)}`);
const ifKnown = (value: string, then: Phrase | string, otherwise: string): Phrase | string => (value === "" ? otherwise : then);
/** "", where nothing more is known; otherwise a sentence of its own. */
const quoted = (words: string): Phrase | string => (words === "" ? "" : phrase` It said: ${words}`);

function unreachableReason({ nodes, deniedNodes, group }: AscendNoticeDetails["ascend.driverUnreachable"], f: Format): Phrase {
  if (nodes < 0) return phrase`The usual causes are missing device nodes, no right to open them, or a driver replaced without a restart.`;
  if (nodes === 0) return phrase`There is no /dev/davinciN here: the driver is not loaded, or this container was given no device.`;
  if (deniedNodes > 0) return phrase`This user may not open ${f.count(deniedNodes)} of ${f.count(nodes)} device nodes; members of the group ${group} may.`;
  return phrase`The device nodes can be opened, so the driver itself does not answer; often it was replaced without a restart.`;
}

/** What was noticed about a machine, and what to do about it. Plain English, no code names. */
export const NOTICES_EN: NoticeTexts = {
  // --- machine
  "machine.partFailed": { says: (d) => say`Looking for ${d.part} failed: ${d.reason}.`, next: "Everything else holds. This is a fault of Sallyport; report it with the message." },
  "machine.partTimedOut": { says: (d, f) => say`Looking for ${d.part} was given up after ${f.milliseconds(d.afterMs)}.`, next: "A driver or a mounted disk hangs; dmesg usually names it. Everything else holds." },
  "machine.systemPartlyKnown": { says: (d) => say`On ${d.os} some things are not found out: ${d.unknown}.`, next: "Plans for this machine need those figures from you; on Linux they are found." },
  "machine.architectureUnsupported": {
    says: (d) => say`The processor's architecture is ${d.architecture || "not known"}.`,
    next: "Sallyport runs models on x86_64 and aarch64. For a machine from elsewhere, add what \"uname -srm\" prints there.",
  },
  "machine.sourcesDisagree": {
    says: (d, _f, subject) => say`Two sources disagree on ${d.field} (${subject}): ${d.taken} by ${d.takenFrom}, ${d.other} by ${d.otherFrom}. The first is taken.`,
    next: "In a container, or with outputs of two machines in one folder, this is usual; otherwise see which one is true before you plan with it.",
  },

  "cpu.unknown": { says: (d) => say`Nothing tells what processors there are; looked at ${d.lookedAt}.`, next: "For a machine from elsewhere, add what \"lscpu\" prints there." },
  "cpu.limitedByQuota": { says: (d, f) => say`Of ${f.count(d.threads)} logical processors this process is given the time of ${f.count(d.usableThreads)}.`, next: LIMIT_NEXT },
  "cpu.limitedByAffinity": { says: (d, f) => say`Of ${f.count(d.threads)} logical processors this process may use ${f.count(d.usableThreads)}.`, next: LIMIT_NEXT },
  "cpu.limitsUnknown": {
    says: (d, f) => say`There are ${f.count(d.threads)} logical processors; nothing tells how many of them a model may use.`,
    next: "In a container or under a batch system it may be fewer. capture.sh, run where the model will run, finds out.",
  },
  "cpu.coresDiffer": { says: (d) => say`Not all cores have the same instruction sets; only some have ${d.missingFromSome}.`, next: "Kernels are chosen for what all cores have. Binding the process to the larger cores may be faster." },

  "memory.unknown": { says: (d) => say`Nothing tells how much memory there is; looked at ${d.lookedAt}.`, next: "For a machine from elsewhere, add what \"cat /proc/meminfo\" prints there." },
  "memory.limited": {
    says: (d, f) => say`A control group limits memory to ${f.bytes(d.limitBytes)}${d.totalBytes < 0 ? "" : phrase` of ${f.bytes(d.totalBytes)}`} (${d.limitPath}).`,
    next: LIMIT_NEXT,
  },
  "memory.limitAboveTotal": {
    says: (d, f) => say`A control group's memory limit, ${f.bytes(d.limitBytes)}, is above what the machine has, ${f.bytes(d.totalBytes)} (${d.limitPath}).`,
    next: "The machine's own memory is what counts; a limit written for another machine protects nothing here.",
  },
  "memory.parentHasLessRoom": {
    says: (d, f) => say`Others in the same control group have taken memory: ${d.parentPath} leaves ${f.bytes(d.parentRoomBytes)}, less than the ${f.bytes(d.roomBytes)} of the tighter limit.`,
    next: "Plans count on the smaller figure. Stop what runs beside it, or raise the parent's limit.",
  },
  "memory.pageCacheUnknown": {
    says: (d, f) => say`What counts against the limit ${d.limitPath}, ${f.bytes(d.usedBytes)}, includes files in the page cache, which would be given back; how much of it is not told.`,
    next: "There is at least as much room as shown. The file memory.stat beside the limit tells the rest.",
  },
  "memory.hugePagesReserved": {
    says: (d, f) => say`${f.bytes(d.reservedBytes)} are reserved as huge pages (${f.bytes(d.freeBytes)} of them unused) and cannot be taken by a model.`,
    next: "If nothing here needs them (databases, virtual machines and DPDK do), give them back: sysctl vm.nr_hugepages=0.",
  },
  "memory.bandwidthNotMeasured": { says: (d) => say`How fast memory is read was not measured: ${d.reason}.`, next: "Plans then use a typical figure. Try again when the machine is idle." },
  "numa.nodesWithoutProcessors": {
    says: (d, f) => say`${f.count(d.nodes)} NUMA ${d.nodes === 1 ? "node has" : "nodes have"} memory${d.memoryBytes < 0 ? "" : phrase` (${f.bytes(d.memoryBytes)})`} and no processors: memory of a GPU, or on a CXL card.`,
    next: "The system counts it as its own, but it is slower or belongs to the GPU. Bind CPU work to the other nodes (numactl --membind).",
  },

  "disk.unknown": { says: (d) => say`Nothing tells what disks there are; looked at ${d.lookedAt}.`, next: "For a machine from elsewhere, add what \"df -Pk\" prints there." },
  "disk.sizesUnknown": { says: (d, f) => say`The sizes of ${f.count(d.disks)} ${d.disks === 1 ? "disk are" : "disks are"} not told.`, next: "For a machine from elsewhere, add what \"df -Pk\" prints there." },
  "disk.sizesTimedOut": { says: (d, f) => say`df did not come back within ${f.milliseconds(d.afterMs)}; disks were asked one by one, network disks not at all.`, next: "A network disk does not answer. Unmount it (umount -l), or wait until its server is back." },
  "disk.network": { says: (d, _f, subject) => say`${subject} is reached over the network (${d.filesystem}).`, next: "Models load at the network's speed from it; keep the home on a local disk." },
  "disk.largestFile": {
    says: (d, f, subject) => say`${subject} is ${d.filesystem}: no file there can be larger than ${f.bytes(d.largestFileBytes)}.`,
    next: "Packages and bundles fit, their files are below that. Checkpoints with larger files do not; exFAT, ext4 or XFS take them.",
  },
  "disk.readRateNotMeasured": { says: (d, _f, subject) => say`How fast ${subject} is read was not measured in ${d.directory}: ${d.reason}.`, next: "Loading times of plans are then estimates." },
  // --- ascend
  "ascend.none": {
    says: (d) => say`There is no trace of an Ascend device. Looked for: ${d.lookedFor}.`,
    next: "Nothing is to be done if this machine has none.",
  },
  "ascend.softwareOnly": {
    says: (d) => say`Ascend software is installed (driver ${d.driver || "none"}, CANN ${d.cann || "none"}), but no device is there.`,
    next: "On a build machine this is as it should be. In a container, start it again with its devices.",
  },
  "ascend.driverMissing": {
    says: (d, f) => say`${devices(d.devices, f)} ${d.devices === 1 ? "is" : "are"} on the PCI bus, and neither driver nor device nodes are there.`,
    next: "Install the Ascend driver and firmware for this card. In a container, pass the devices and mount /usr/local/Ascend/driver.",
  },
  "ascend.devicesHidden": {
    says: (d, f) => say`${devices(d.devices, f)} on the PCI bus cannot be reached from here${d.where === "" ? "" : phrase` (${d.where})`}.`,
    next: "In a container this is usual: it was given only some of the machine's devices. Outside one, look for the missing cards in dmesg.",
  },
  "ascend.nodesMissing": {
    says: (d, f) => say`The driver lists ${devices(d.devices, f)} that ${d.devices === 1 ? "has" : "have"} no device node here: ${d.nodes}.`,
    next: "In a container, start it again with --device for each of these nodes. Outside one, load the driver again or restart the machine.",
  },
  "ascend.nodeDenied": {
    says: (d) => say`This user may not open ${d.path} (mode ${d.mode}, ${d.owner}:${d.group}).`,
    next: "Add the user to the group that owns the node (usermod -aG), then log in again.",
  },
  "ascend.companionMissing": {
    says: (d) => say`${d.path} is missing; without it no program can use an Ascend device.`,
    next: "In a container, start it again with --device for this node. Outside one, the driver is not loaded completely: load it again.",
  },
  "ascend.driverUnreachable": {
    says: (d, f) => say`"${d.command}" could not reach the driver (${d.ret}). ${unreachableReason(d, f)}`,
    next: "Restart the machine if the driver was changed; otherwise give the user or the container access to the device nodes.",
  },
  "ascend.heldByAnotherContainer": {
    says: (d) => say`The Ascend devices are held by another container (${d.ret}).${d.holders === "" ? "" : phrase` By the driver's account: ${d.holders}.`}`,
    next: "Stop the container that holds them. As root, /proc/uda/namespace_node on the host names its process (root_tgid, for ns_id below 128).",
  },
  "ascend.deviceQueryFailed": {
    says: (d, _f, subject) => say`The driver refused "${d.command}" for ${subject} (${d.ret}).`,
    next: "Look at the device with \"npu-smi info -t health\" and at the kernel's log. One faulty or hidden card can fail the query for all.",
  },
  "ascend.toolMissing": {
    says: (d) => say`npu-smi is not there (looked for ${d.lookedAt}), so little is known of the devices.`,
    next: "In a container, mount /usr/local/bin/npu-smi and /usr/local/dcmi. Outside one, install the driver package again.",
  },
  "ascend.toolNotExecutable": {
    says: (d) => say`This user may not run "${d.command}".`,
    next: "Run the search as a user who may, or as root; npu-smi belongs to the driver's group on some systems.",
  },
  "ascend.toolLibraryMissing": {
    says: (d) => say`"${d.command}" does not start: ${d.library} is missing.`,
    next: "In a container, mount /usr/local/Ascend/driver/lib64 and /usr/local/dcmi. Outside one, set LD_LIBRARY_PATH as the driver's set_env.sh does.",
  },
  "ascend.toolTimedOut": {
    says: (d, f, subject) => say`"${d.command}" gave no answer within ${f.count(Math.round(d.afterMs / 1000))} s (${subject}).`,
    next: "A device that hangs is the usual cause: look at the kernel's log, and reset the card or restart the machine.",
  },
  "ascend.toolKilled": {
    says: (d) => say`"${d.command}" was ended by ${d.signal}.`,
    next: "Run it by hand. If it crashes there too, install the driver package again.",
  },
  "ascend.toolFailed": {
    says: (d) => say`"${d.command}" ended with status ${d.exitCode}; what it printed before counts.`,
    next: "Run it by hand and read its last lines.",
  },
  "ascend.toolNotRecorded": {
    says: (d, f) => say`${devices(d.devices, f)} ${d.devices === 1 ? "was" : "were"} recorded, and no output of npu-smi, so neither memory nor state is known.`,
    next: "Add the outputs of \"npu-smi info\", \"npu-smi info -m\" and \"npu-smi info -t board -i 0\" to the record.",
  },
  "ascend.outputNotUnderstood": {
    says: (d) => say`"${d.command}" printed nothing that could be read as a table of devices.`,
    next: "Run it by hand. If it shows devices, its layout is newer than this version of Sallyport: report it with the output.",
  },
  "ascend.outputCut": {
    says: (d, f) => say`The output of "${d.command}" is cut: ${f.count(d.incompleteRows)} ${d.incompleteRows === 1 ? "device misses" : "devices miss"} a part, and ${d.incompleteRows === 1 ? "is" : "are"} left out.`,
    next: "Record the whole output again.",
  },
  "ascend.countsDiffer": {
    says: (d, f) => say`Sources disagree on how many Ascend devices there are: npu-smi ${among(d.npuSmi, f)}, the PCI bus ${among(d.pci, f)}, /dev ${among(d.nodes, f)}.`,
    next: "Plans count only devices that can be used now. Compare the lists; a card that fell off the bus needs a restart of the machine.",
  },
  "ascend.memoryDiffers": {
    says: (d, f, subject) => say`${subject} has ${f.bytes(d.takenBytes)} by "${d.takenFrom}" and ${f.bytes(d.otherBytes)} by "${d.otherFrom}"; the smaller is taken.`,
    next: "Nothing is to be done if the difference is small: a part is kept for the card's own use.",
  },
  "ascend.memoryUnknown": {
    says: (_d, _f, subject) => say`How much memory ${subject} has is not known: no answer of npu-smi tells it in figures that can be read.`,
    next: "Record \"npu-smi info\" whole, every line up to its last \"|\", in a window of at least 120 columns; \"npu-smi info -t memory -i N\" tells it too.",
  },
  "ascend.fieldDiffers": {
    says: (d, _f, subject) => say`${subject}: ${d.field} is ${d.taken} by ${d.takenFrom} and ${d.other} by ${d.otherFrom}; the first is taken.`,
    next: "Outputs of different times or machines may be mixed. A driver that differs from the installed one needs a restart of the machine.",
  },
  "ascend.healthNotOk": {
    says: (d, _f, subject) => say`The driver reports the health of ${subject} as ${d.health}.`,
    next: "\"npu-smi info -t health\" with the card's number tells the fault; Warning can usually be worked with, the others cannot.",
  },
  "ascend.chipUnknown": {
    says: (d, _f, subject) => say`${subject} is a ${d.model}${d.pciDevice === "" ? "" : phrase` (PCI device ${d.pciDevice})`}, which this version does not know.`,
    next: "It is listed and not planned for. A newer version of Sallyport may know it.",
  },
  "ascend.socNameUnknown": {
    says: (d, _f, subject) => say`${subject} calls itself ${d.model}, which does not tell what to compile for.`,
    next: "Record \"npu-smi info -t board -i N -c 0\" too: its NPU Name completes the name.",
  },
  "ascend.physicalIdUnknown": {
    says: (d, _f, subject) => say`Which /dev/davinciN ${subject} is (card ${d.npuId}, chip ${d.chipId}) is not known.`,
    next: "Record \"npu-smi info -m\", or look at it on the host; containers count devices anew.",
  },
  "ascend.topologyUnmatched": {
    says: (d) => say`The topology names devices that were not found: ${d.names}.`,
    next: "Outputs of different containers or machines may be mixed; record them together.",
  },
  "ascend.visibleDevices": {
    says: (d) => say`${d.variable}=${d.value || "(empty)"} limits what programs see of the devices listed here.`,
    next: "Unset it, or set it to the devices that are meant.",
  },
  // --- nvidia
  "nvidia.nothingFound": {
    says: (d) => say`There is no trace of an Nvidia device. Looked for: ${d.lookedFor}.${ifKnown(d.notRecorded, phrase` The record holds nothing about ${d.notRecorded}.`, "")}`,
    next: `If there should be one, check that the card sits in its slot and is switched on in the firmware. ${CONTAINER_NEXT}`,
  },
  "nvidia.toolMissing": {
    says: (d) => say`There is an Nvidia device or its driver (${d.traces}), and no nvidia-smi to ask; searched: ${d.searched}.`,
    next: `Install the driver's tools (package nvidia-utils or nvidia-driver-cuda, of the same version as the driver). ${CONTAINER_NEXT}`,
  },
  "nvidia.toolNotExecutable": { says: (d) => say`${d.program} is there and may not be run.`, next: "Give this user the right to run it, or run as one who has it; a file system mounted noexec is another reason." },
  "nvidia.toolTimedOut": {
    says: (d, f) => say`${d.command} did not answer${d.afterMs < 0 ? "" : phrase` within ${f.count(Math.round(d.afterMs / 1000))} seconds`}: the driver hangs, or the machine has many GPUs and no persistence mode.`,
    next: 'Run it by hand. If it hangs too, "dmesg | grep -i -e xid -e nvrm" tells why, and only a reboot helps; if it is slow, start nvidia-persistenced.',
  },
  "nvidia.toolCrashed": { says: (d) => say`${d.command} was ended by ${d.signal}.`, next: "Driver and tool may be of different versions: install both from one package. SIGKILL usually means that the system ran out of memory." },
  "nvidia.toolFailed": { says: (d) => say`${d.command} failed${d.exitCode < 0 ? "" : phrase` with status ${d.exitCode}`}.${quoted(d.words)}`, next: "Run it by hand as the same user; what it says there is what has to be cured." },
  "nvidia.outputUnreadable": {
    says: (d) => say`${d.command} ${ifKnown(d.words, "answered in a form that is not understood.", "answered nothing.")}${quoted(d.words)}`,
    next: 'Run it by hand and compare. If the output is right, report it with the driver\'s version; if it was pasted, paste it again as a whole.',
  },
  "nvidia.outputCut": { says: (d) => say`The output of ${d.command} ends in the middle; what stands before the end was used.`, next: "Record or paste it again as a whole; devices at its end may be missing." },
  "nvidia.driverNotLoaded": {
    says: (d) => say`nvidia-smi is there and the driver is not${ifKnown(d.loadedVersion, phrase`, though module ${d.loadedVersion} says that it is loaded`, "")}.${ifKnown(d.kernelDrivers, phrase` The devices are held by: ${d.kernelDrivers}.`, "")}`,
    next: 'Load it ("sudo modprobe nvidia") and read "dmesg" if that fails: after a kernel update the module must be built again, under Secure Boot it must be signed, and nouveau must be on the blacklist.',
  },
  "nvidia.driverMismatch": {
    says: (d) => say`The driver's library${ifKnown(d.libraryVersion, phrase` (${d.libraryVersion})`, "")} and the loaded kernel module${ifKnown(d.loadedVersion, phrase` (${d.loadedVersion})`, "")} are of different versions, so nothing can use the devices.`,
    next: "The driver was updated while it was in use: reboot, or unload and load its modules. In a container, the library inside must not hide the host's.",
  },
  "nvidia.devicesLost": {
    says: (d) => say`The driver refuses to start for this process.${quoted(d.words)}. In a container that ran before, its right to the devices was taken away, often by "systemctl daemon-reload" on the host.`,
    next: 'Restart the container. To prevent it, let Docker use the cgroupfs driver ("native.cgroupdriver=cgroupfs") or create the links in /dev/char with "nvidia-ctk system create-dev-char-symlinks".',
  },
  "nvidia.notPermitted": { says: (d) => say`This user may not ask the driver.${quoted(d.words)}`, next: 'Look at the owner of /dev/nvidia* ("ls -l /dev/nvidia*") and join that group, usually video; then log in again.' },
  "nvidia.blockedBySystem": { says: (d) => say`The operating system keeps the GPU from this process.${quoted(d.words)}`, next: 'Under WSL run "wsl --update", restart it, and use a current driver on Windows; a container there needs WSL 2.' },
  "nvidia.libraryMissing": { says: (d) => say`nvidia-smi does not find the driver's library libnvidia-ml.so.${quoted(d.words)}`, next: `Install the driver's libraries of the same version as the module, and run "sudo ldconfig". ${CONTAINER_NEXT}` },
  "nvidia.noDevicesFound": {
    says: (d, f) => say`The driver runs and finds no device it can use${d.seenElsewhere > 0 ? phrase`, though ${f.count(d.seenElsewhere)} ${d.seenElsewhere === 1 ? "is" : "are"} seen outside of it` : ""}.`,
    next: `Read "dmesg | grep -i nvrm": it tells why a device did not start (power, firmware, a card too old or too new for this driver, memory the firmware could not map). ${CONTAINER_NEXT}`,
  },

  "nvidia.gpuFault": { says: (d, _f, subject) => say`${subject} does not work: ${d.words}. While it is in this state CUDA may fail on the others as well.`, next: RESET_NEXT },
  "nvidia.gpuNotListed": {
    says: (d, _f, subject) => say`${subject} is on the bus${ifKnown(d.busId, phrase` at ${d.busId}`, "")}${ifKnown(d.kernelDriver, phrase`, held by ${d.kernelDriver},`, "")} and nvidia-smi does not list it.`,
    next: `A container is given only some devices; outside of one, "dmesg | grep -i nvrm" tells why the driver passed it over. ${CONTAINER_NEXT}`,
  },
  "nvidia.gpuExcluded": { says: (_d, _f, subject) => say`${subject} is excluded from use by the driver's settings.`, next: "See NVreg_ExcludedGpus in /etc/modprobe.d, and who set it: usually somebody found the card faulty." },
  "nvidia.otherDriver": {
    says: (d, _f, subject) => say`${subject} is held by the kernel driver ${d.kernelDriver}, with which CUDA does not work.`,
    next: "If it is nouveau, install Nvidia's driver, which puts nouveau on the blacklist, and reboot. If it is vfio-pci, the card is handed to a virtual machine and can be used only there.",
  },
  "nvidia.nodeDenied": { says: (d, _f, subject) => say`${subject} cannot be opened by this user: ${d.path} belongs to ${d.owner}:${d.group} and has mode ${d.mode}.`, next: "Join that group and log in again, or let the container have the device; NVreg_DeviceFileMode in /etc/modprobe.d sets the mode." },
  "nvidia.computeProhibited": { says: (_d, _f, subject) => say`${subject} is set to refuse every computation (compute mode Prohibited).`, next: 'An administrator allows it with "nvidia-smi --compute-mode=DEFAULT -i INDEX".' },
  "nvidia.gpuBusy": {
    says: (d, f, subject) => say`${subject} serves one process only (an exclusive compute mode), and ${f.count(d.processes)} ${d.processes === 1 ? "has" : "have"} it.`,
    next: 'Wait for that process, or set "nvidia-smi --compute-mode=DEFAULT -i INDEX" to share the device.',
  },
  "nvidia.uncorrectedErrors": { says: (d, f, subject) => say`${subject} counts ${f.count(d.errors)} memory ${d.errors === 1 ? "error" : "errors"} since it was started that ECC could not correct. Results computed with it may be wrong.`, next: RESET_NEXT },
  "nvidia.recoveryAdvised": { says: (d, _f, subject) => say`For ${subject} the driver advises: ${d.action}.`, next: RESET_NEXT },
  "nvidia.fieldUnreadable": { says: (d, _f, subject) => say`${subject} does not answer for ${d.field}: ${d.words}. Its other readings were used.`, next: "A single sensor may be all that fails. If more do, reset the device or reboot." },
  "nvidia.hostMemoryUsed": { says: (d, _f, subject) => say`${subject}${ifKnown(d.model, phrase` (${d.model})`, "")} has no memory of its own: it works in the host's, which is counted there.`, next: "Nothing needs to be done. Plans for it count on the host's memory." },
  "nvidia.memoryUnknown": { says: (d, _f, subject) => say`How much memory ${subject} has is not known.${quoted(d.words)}`, next: 'Run "nvidia-smi" as a user who may, outside of restricted containers, or record its output too.' },
  "nvidia.fabricNotReady": {
    says: (d, _f, subject) => say`${subject} is not yet joined to its NVLink fabric (state ${d.state}${ifKnown(d.status, phrase`, ${d.status}`, "")}${ifKnown(d.fabricManager, phrase`; the fabric manager is ${d.fabricManager}`, "")}). On machines with NVSwitches CUDA does not start before it is.`,
    next: 'Start the fabric manager of exactly the driver\'s version ("sudo systemctl start nvidia-fabricmanager"); in a virtual machine or container that is the host\'s task.',
  },
  "nvidia.noSlices": { says: (_d, _f, subject) => say`${subject} is in MIG mode and was not cut into slices, so CUDA finds no device on it.`, next: 'Cut it ("sudo nvidia-smi mig -cgi PROFILE -C", profiles by "nvidia-smi mig -lgip"), or leave MIG mode ("sudo nvidia-smi -mig 0").' },
  "nvidia.toolNotRecorded": {
    says: (d) => say`The record shows Nvidia devices or their driver (${d.traces}) and nothing that nvidia-smi said.`,
    next: 'Record "nvidia-smi", "nvidia-smi -L" and "nvidia-smi -q -x" on that machine too: memory and health are told by them alone.',
  },
  "nvidia.slicesUnknown": { says: (_d, _f, subject) => say`${subject} is in MIG mode, and what slices it was cut into was not recorded. Without them there is nothing to plan for.`, next: 'Record "nvidia-smi -L" and "nvidia-smi -q -x" too.' },
  "nvidia.slicesShareMemory": {
    says: (d, f) => say`The slices ${d.slices} share one memory${d.totalBytes < 0 ? "" : phrase` of ${f.bytes(d.totalBytes)}`}: they are compute instances of the same GPU instance.`,
    next: "Nothing needs to be done; do not count that memory more than once.",
  },
  "nvidia.sourcesDisagree": {
    says: (d, _f, subject) => say`${subject}: ${d.field} is ${d.first} by ${d.firstSource} and ${d.second} by ${d.secondSource}.`,
    next: "Compare both by hand. After an update or a change of cards a reboot brings them together; recorded outputs may be of different days or machines.",
  },

  "nvidia.fabricManagerInactive": {
    says: (d, f) => say`The machine has ${f.count(d.switches)} ${d.switches === 1 ? "NVSwitch" : "NVSwitches"}, and nvidia-fabricmanager is ${d.fabricManager}. Without it CUDA does not start on such machines.`,
    next: 'Install it in exactly the driver\'s version and start it: "sudo systemctl enable --now nvidia-fabricmanager".',
  },
  "nvidia.cudaMissing": { says: (d) => say`The driver works and its CUDA library is not there (nvidia-smi shows ${d.words} for it).`, next: 'In a container, set NVIDIA_DRIVER_CAPABILITIES=compute,utility; outside, install the driver\'s package with libcuda.so.' },
  "nvidia.uvmNodeMissing": { says: (d) => say`${d.path} is missing; the first program that uses CUDA must be able to make it.`, next: 'Run "sudo nvidia-modprobe -u -c=0" or any CUDA program as root once. In a container the node must be passed in.' },
  "nvidia.topologyUnknown": { says: (d) => say`How the GPUs are joined is not known.${quoted(d.words)}`, next: '"nvidia-smi topo -m" tells it; plans assume the slowest way until it does.' },
  "nvidia.visibleDevices": { says: (d) => say`${d.variable}="${d.value}" keeps programs started here from using ${d.leftOut}.`, next: "Unset the variable, or name the devices in it, if they are to be used." },
};
