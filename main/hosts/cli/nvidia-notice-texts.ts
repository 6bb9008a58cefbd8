import type { NvidiaNoticeCode, NvidiaNoticeDetails } from "../../../shared/schemas/nvidia-notices.ts";
import { formatBytes, formatCount } from "./format-units.ts";

type NoticeTexts = { readonly [C in NvidiaNoticeCode]: { readonly says: (details: NvidiaNoticeDetails[C], subject: string) => string; readonly next: string } };

const CONTAINER_NEXT = 'In a container, start it with "--gpus all" (Docker, Podman) or ask for nvidia.com/gpu (Kubernetes); the NVIDIA Container Toolkit must be installed on the host.';
const RESET_NEXT = 'Stop what uses it and reset it ("nvidia-smi --gpu-reset -i INDEX"), or reboot. "dmesg | grep -i xid" tells what happened; a fault that comes back is the card, its power or its seat.';

/** A sentence of its own, where the tool said anything. */
function quoted(words: string): string {
  return words === "" ? "" : ` It said: ${words}${/[.!?…]$/.test(words) ? "" : "."}`;
}

function ifKnown(value: string, text: string, otherwise: string): string {
  return value === "" ? otherwise : text;
}

/** What was noticed about Nvidia devices, and what to do about it. Plain English, no code names. */
export const NVIDIA_NOTICE_TEXTS: NoticeTexts = {
  "nvidia.nothingFound": {
    says: (d) => `There is no trace of an Nvidia device. Looked for: ${d.lookedFor}.${ifKnown(d.notRecorded, ` The record holds nothing about ${d.notRecorded}.`, "")}`,
    next: `If there should be one, check that the card sits in its slot and is switched on in the firmware. ${CONTAINER_NEXT}`,
  },
  "nvidia.toolMissing": {
    says: (d) => `There is an Nvidia device or its driver (${d.traces}), and no nvidia-smi to ask; searched: ${d.searched}.`,
    next: `Install the driver's tools (package nvidia-utils or nvidia-driver-cuda, of the same version as the driver). ${CONTAINER_NEXT}`,
  },
  "nvidia.toolNotRecorded": {
    says: (d) => `The record shows Nvidia devices or their driver (${d.traces}) and nothing that nvidia-smi said.`,
    next: 'Record "nvidia-smi", "nvidia-smi -L" and "nvidia-smi -q -x" on that machine too: memory and health are told by them alone.',
  },
  "nvidia.toolNotExecutable": { says: (d) => `${d.program} is there and may not be run.`, next: "Give this user the right to run it, or run as one who has it; a file system mounted noexec is another reason." },
  "nvidia.toolTimedOut": {
    says: (d) => `${d.command} did not answer${d.afterMs < 0 ? "" : ` within ${formatCount(Math.round(d.afterMs / 1000))} seconds`}: the driver hangs, or the machine has many GPUs and no persistence mode.`,
    next: 'Run it by hand. If it hangs too, "dmesg | grep -i -e xid -e nvrm" tells why, and only a reboot helps; if it is slow, start nvidia-persistenced.',
  },
  "nvidia.toolCrashed": { says: (d) => `${d.command} was ended by ${d.signal}.`, next: "Driver and tool may be of different versions: install both from one package. SIGKILL usually means that the system ran out of memory." },
  "nvidia.toolFailed": { says: (d) => `${d.command} failed${d.exitCode < 0 ? "" : ` with status ${d.exitCode}`}.${quoted(d.words)}`, next: "Run it by hand as the same user; what it says there is what has to be cured." },
  "nvidia.outputUnreadable": {
    says: (d) => `${d.command} ${ifKnown(d.words, "answered in a form that is not understood.", "answered nothing.")}${quoted(d.words)}`,
    next: 'Run it by hand and compare. If the output is right, report it with the driver\'s version; if it was pasted, paste it again as a whole.',
  },
  "nvidia.outputCut": { says: (d) => `The output of ${d.command} ends in the middle; what stands before the end was used.`, next: "Record or paste it again as a whole; devices at its end may be missing." },
  "nvidia.driverNotLoaded": {
    says: (d) => `nvidia-smi is there and the driver is not${ifKnown(d.loadedVersion, `, though module ${d.loadedVersion} says that it is loaded`, "")}.${ifKnown(d.kernelDrivers, ` The devices are held by: ${d.kernelDrivers}.`, "")}`,
    next: 'Load it ("sudo modprobe nvidia") and read "dmesg" if that fails: after a kernel update the module must be built again, under Secure Boot it must be signed, and nouveau must be on the blacklist.',
  },
  "nvidia.driverMismatch": {
    says: (d) => `The driver's library${ifKnown(d.libraryVersion, ` (${d.libraryVersion})`, "")} and the loaded kernel module${ifKnown(d.loadedVersion, ` (${d.loadedVersion})`, "")} are of different versions, so nothing can use the devices.`,
    next: "The driver was updated while it was in use: reboot, or unload and load its modules. In a container, the library inside must not hide the host's.",
  },
  "nvidia.devicesLost": {
    says: (d) => `The driver refuses to start for this process.${quoted(d.words)} In a container that ran before, its right to the devices was taken away, often by "systemctl daemon-reload" on the host.`,
    next: 'Restart the container. To prevent it, let Docker use the cgroupfs driver ("native.cgroupdriver=cgroupfs") or create the links in /dev/char with "nvidia-ctk system create-dev-char-symlinks".',
  },
  "nvidia.notPermitted": { says: (d) => `This user may not ask the driver.${quoted(d.words)}`, next: 'Look at the owner of /dev/nvidia* ("ls -l /dev/nvidia*") and join that group, usually video; then log in again.' },
  "nvidia.blockedBySystem": { says: (d) => `The operating system keeps the GPU from this process.${quoted(d.words)}`, next: 'Under WSL run "wsl --update", restart it, and use a current driver on Windows; a container there needs WSL 2.' },
  "nvidia.libraryMissing": { says: (d) => `nvidia-smi does not find the driver's library libnvidia-ml.so.${quoted(d.words)}`, next: `Install the driver's libraries of the same version as the module, and run "sudo ldconfig". ${CONTAINER_NEXT}` },
  "nvidia.noDevicesFound": {
    says: (d) => `The driver runs and finds no device it can use${d.seenElsewhere > 0 ? `, though ${formatCount(d.seenElsewhere)} ${d.seenElsewhere === 1 ? "is" : "are"} seen outside of it` : ""}.`,
    next: `Read "dmesg | grep -i nvrm": it tells why a device did not start (power, firmware, a card too old or too new for this driver, memory the firmware could not map). ${CONTAINER_NEXT}`,
  },

  "nvidia.gpuFault": { says: (d, subject) => `${subject} does not work: ${d.words}. While it is in this state CUDA may fail on the others as well.`, next: RESET_NEXT },
  "nvidia.gpuNotListed": {
    says: (d, subject) => `${subject} is on the bus${ifKnown(d.busId, ` at ${d.busId}`, "")}${ifKnown(d.kernelDriver, `, held by ${d.kernelDriver},`, "")} and nvidia-smi does not list it.`,
    next: `A container is given only some devices; outside of one, "dmesg | grep -i nvrm" tells why the driver passed it over. ${CONTAINER_NEXT}`,
  },
  "nvidia.gpuExcluded": { says: (_, subject) => `${subject} is excluded from use by the driver's settings.`, next: "See NVreg_ExcludedGpus in /etc/modprobe.d, and who set it: usually somebody found the card faulty." },
  "nvidia.otherDriver": {
    says: (d, subject) => `${subject} is held by the kernel driver ${d.kernelDriver}, with which CUDA does not work.`,
    next: "If it is nouveau, install Nvidia's driver, which puts nouveau on the blacklist, and reboot. If it is vfio-pci, the card is handed to a virtual machine and can be used only there.",
  },
  "nvidia.nodeDenied": { says: (d, subject) => `${subject} cannot be opened by this user: ${d.path} belongs to ${d.owner}:${d.group} and has mode ${d.mode}.`, next: "Join that group and log in again, or let the container have the device; NVreg_DeviceFileMode in /etc/modprobe.d sets the mode." },
  "nvidia.computeProhibited": { says: (_, subject) => `${subject} is set to refuse every computation (compute mode Prohibited).`, next: 'An administrator allows it with "nvidia-smi --compute-mode=DEFAULT -i INDEX".' },
  "nvidia.gpuBusy": {
    says: (d, subject) => `${subject} serves one process only (an exclusive compute mode), and ${formatCount(d.processes)} ${d.processes === 1 ? "has" : "have"} it.`,
    next: 'Wait for that process, or set "nvidia-smi --compute-mode=DEFAULT -i INDEX" to share the device.',
  },
  "nvidia.uncorrectedErrors": { says: (d, subject) => `${subject} counts ${formatCount(d.errors)} memory ${d.errors === 1 ? "error" : "errors"} since it was started that ECC could not correct. Results computed with it may be wrong.`, next: RESET_NEXT },
  "nvidia.recoveryAdvised": { says: (d, subject) => `For ${subject} the driver advises: ${d.action}.`, next: RESET_NEXT },
  "nvidia.fieldUnreadable": { says: (d, subject) => `${subject} does not answer for ${d.field}: ${d.words}. Its other readings were used.`, next: "A single sensor may be all that fails. If more do, reset the device or reboot." },
  "nvidia.hostMemoryUsed": { says: (d, subject) => `${subject}${ifKnown(d.model, ` (${d.model})`, "")} has no memory of its own: it works in the host's, which is counted there.`, next: "Nothing needs to be done. Plans for it count on the host's memory." },
  "nvidia.memoryUnknown": { says: (d, subject) => `How much memory ${subject} has is not known.${quoted(d.words)}`, next: 'Run "nvidia-smi" as a user who may, outside of restricted containers, or record its output too.' },
  "nvidia.fabricNotReady": {
    says: (d, subject) => `${subject} is not yet joined to its NVLink fabric (state ${d.state}${ifKnown(d.status, `, ${d.status}`, "")}${ifKnown(d.fabricManager, `; the fabric manager is ${d.fabricManager}`, "")}). On machines with NVSwitches CUDA does not start before it is.`,
    next: 'Start the fabric manager of exactly the driver\'s version ("sudo systemctl start nvidia-fabricmanager"); in a virtual machine or container that is the host\'s task.',
  },
  "nvidia.noSlices": { says: (_, subject) => `${subject} is in MIG mode and was not cut into slices, so CUDA finds no device on it.`, next: 'Cut it ("sudo nvidia-smi mig -cgi PROFILE -C", profiles by "nvidia-smi mig -lgip"), or leave MIG mode ("sudo nvidia-smi -mig 0").' },
  "nvidia.slicesUnknown": { says: (_, subject) => `${subject} is in MIG mode, and what slices it was cut into was not recorded. Without them there is nothing to plan for.`, next: 'Record "nvidia-smi -L" and "nvidia-smi -q -x" too.' },
  "nvidia.slicesShareMemory": {
    says: (d) => `The slices ${d.slices} share one memory${d.totalBytes < 0 ? "" : ` of ${formatBytes(d.totalBytes)}`}: they are compute instances of the same GPU instance.`,
    next: "Nothing needs to be done; do not count that memory more than once.",
  },
  "nvidia.sourcesDisagree": {
    says: (d, subject) => `${subject}: ${d.field} is ${d.first} by ${d.firstSource} and ${d.second} by ${d.secondSource}.`,
    next: "Compare both by hand. After an update or a change of cards a reboot brings them together; recorded outputs may be of different days or machines.",
  },

  "nvidia.fabricManagerInactive": {
    says: (d) => `The machine has ${formatCount(d.switches)} ${d.switches === 1 ? "NVSwitch" : "NVSwitches"}, and nvidia-fabricmanager is ${d.fabricManager}. Without it CUDA does not start on such machines.`,
    next: 'Install it in exactly the driver\'s version and start it: "sudo systemctl enable --now nvidia-fabricmanager".',
  },
  "nvidia.cudaMissing": { says: (d) => `The driver works and its CUDA library is not there (nvidia-smi shows ${d.words} for it).`, next: 'In a container, set NVIDIA_DRIVER_CAPABILITIES=compute,utility; outside, install the driver\'s package with libcuda.so.' },
  "nvidia.uvmNodeMissing": { says: (d) => `${d.path} is missing; the first program that uses CUDA must be able to make it.`, next: 'Run "sudo nvidia-modprobe -u -c=0" or any CUDA program as root once. In a container the node must be passed in.' },
  "nvidia.topologyUnknown": { says: (d) => `How the GPUs are joined is not known.${quoted(d.words)}`, next: '"nvidia-smi topo -m" tells it; plans assume the slowest way until it does.' },
  "nvidia.visibleDevices": { says: (d) => `${d.variable}="${d.value}" keeps programs started here from using ${d.leftOut}.`, next: "Unset the variable, or name the devices in it, if they are to be used." },
};
