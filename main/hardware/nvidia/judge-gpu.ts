import type { AcceleratorState, Notice } from "../../../shared/schemas/machine.ts";
import type { NvidiaNoticeCode, NvidiaNoticeDetails } from "../../../shared/schemas/nvidia-notices.ts";
import { memoryOf } from "./describe-gpu.ts";
import type { FailureCode } from "./explain-failure.ts";
import { type Sightings, told } from "./join-sightings.ts";
import { nvidiaNotice } from "./nvidia-notice.ts";
import type { DeviceNode } from "./read-device-nodes.ts";
import { isMasked } from "./tool-value.ts";

export interface Circumstances {
  readonly id: string;
  readonly node: DeviceNode | null;
  /** /dev/nvidiactl. */
  readonly control: DeviceNode | null;
  /** Why the tool gave no GPU; null: it gave some, or nothing is recorded of it. */
  readonly failure: FailureCode | null;
  readonly isToolRecorded: boolean;
  /** systemctl's word for it, "" where it has none. */
  readonly fabricManager: string;
  readonly switches: number;
}

export interface Judgement {
  readonly state: AcceleratorState;
  readonly notices: readonly Notice[];
}

const STATE_BY_FAILURE: { readonly [C in FailureCode]: AcceleratorState } = {
  "nvidia.toolMissing": "hidden", "nvidia.toolNotExecutable": "hidden", "nvidia.libraryMissing": "hidden", "nvidia.outputUnreadable": "hidden", "nvidia.driverNotLoaded": "hidden",
  "nvidia.devicesLost": "denied", "nvidia.notPermitted": "denied", "nvidia.blockedBySystem": "denied",
  "nvidia.toolTimedOut": "broken", "nvidia.toolCrashed": "broken", "nvidia.toolFailed": "broken", "nvidia.driverMismatch": "broken", "nvidia.noDevicesFound": "broken",
};
/** Drivers that serve a GPU to CUDA: Nvidia's own, and that of integrated ones. */
const OWN_DRIVERS = ["nvidia", "nvgpu"];
/** A fault keeps it from work until then; "Drain and Reset" and "Drain P2P" let it go on (NVML's nvmlDeviceGpuRecoveryAction_t). */
const NEEDS_RECOVERY = /^(?:GPU |Node )?(?:Reset|Reboot)$/i;
const COMPARED = ["name", "uuid", "serial", "totalBytes", "computeCapability"] as const;

type Say = <C extends NvidiaNoticeCode>(code: C, details: NvidiaNoticeDetails[C], source: string, words?: string | null) => void;

/** Whether a GPU can be used, and all that is to be said of it. */
export function judgeGpu(gpu: Sightings, circumstances: Circumstances): Judgement {
  const notices: Notice[] = [];
  const say: Say = (code, details, source, words = null) => {
    notices.push(nvidiaNotice(code, { subject: circumstances.id, details, told: [{ source, words }] }));
  };
  const isSeen = gpu.some(({ isByTool }) => isByTool);
  const isFaulty = gpu.some(({ faults }) => faults !== undefined && faults.length > 0);
  const state = isFaulty ? judgeFaulty(gpu, say) : isSeen ? judgeSeen(gpu, circumstances, say) : judgeUnseen(gpu, circumstances, say);
  const action = told(gpu, "recoveryAction");
  if (action !== null) say("nvidia.recoveryAdvised", { action: action.value }, action.source, action.value);
  const errors = told(gpu, "uncorrectedErrors");
  if (errors !== null && errors.value > 0) say("nvidia.uncorrectedErrors", { errors: errors.value }, errors.source);
  for (const { unreadable, source } of gpu) for (const { field, words } of unreadable ?? []) say("nvidia.fieldUnreadable", { field, words }, source, words);
  if (isSeen && !isFaulty) judgeMemory(gpu, say);
  for (const field of COMPARED) compare(gpu, field, say);
  return { state, notices };
}

function judgeFaulty(gpu: Sightings, say: Say): AcceleratorState {
  const words = [...new Set(gpu.flatMap(({ faults }) => faults ?? []))].join("; ").slice(0, 1000);
  const source = gpu.find(({ faults }) => faults !== undefined && faults.length > 0)?.source ?? "";
  say("nvidia.gpuFault", { words }, source, words);
  return "broken";
}

/** The tool reaches it; what may still stand between it and an engine. */
function judgeSeen(gpu: Sightings, circumstances: Circumstances, say: Say): AcceleratorState {
  const closed = [circumstances.node, circumstances.control].find((each) => each?.openable === false);
  if (closed) {
    say("nvidia.nodeDenied", { path: closed.path, mode: closed.mode, owner: closed.owner, group: closed.group }, closed.path);
    return "denied";
  }
  const mode = told(gpu, "computeMode");
  if (mode?.value === "Prohibited") {
    say("nvidia.computeProhibited", { mode: mode.value }, mode.source, mode.value);
    return "denied";
  }
  const processes = told(gpu, "computeProcesses");
  if (mode?.value.startsWith("Exclusive") && processes !== null && processes.value > 0) {
    say("nvidia.gpuBusy", { processes: processes.value }, processes.source, mode.value);
    return "busy";
  }
  if (NEEDS_RECOVERY.test(told(gpu, "recoveryAction")?.value ?? "")) return "broken";
  return judgeFabric(gpu, circumstances, say);
}

/** Bus, driver or node show it and the tool does not: for its own reason, or for that which keeps the tool from all of them. */
function judgeUnseen(gpu: Sightings, { failure, isToolRecorded, node }: Circumstances, say: Say): AcceleratorState {
  const busId = told(gpu, "busId")?.value ?? "";
  const excluded = told(gpu, "isExcluded");
  if (excluded !== null) {
    say("nvidia.gpuExcluded", { busId }, excluded.source);
    return "hidden";
  }
  const kernelDriver = told(gpu, "kernelDriver");
  if (kernelDriver !== null && !OWN_DRIVERS.includes(kernelDriver.value)) {
    say("nvidia.otherDriver", { busId, kernelDriver: kernelDriver.value }, kernelDriver.source, `DRIVER=${kernelDriver.value}`);
    // Handed to a virtual machine as a whole.
    return kernelDriver.value.startsWith("vfio") ? "busy" : "hidden";
  }
  // A container was given no device; with a node, the device itself did not start.
  if (failure === "nvidia.noDevicesFound" && node === null) return "hidden";
  if (failure !== null) return STATE_BY_FAILURE[failure];
  if (!isToolRecorded) return "hidden";
  say("nvidia.gpuNotListed", { busId, kernelDriver: kernelDriver?.value ?? "" }, gpu[0].source);
  return "hidden";
}

/** GPUs behind NVSwitches start only once the fabric manager has joined them; the GPU's own word comes before the service's, which in a container nobody can ask. */
function judgeFabric(gpu: Sightings, { fabricManager, switches }: Circumstances, say: Say): AcceleratorState {
  const state = told(gpu, "fabricState");
  const status = told(gpu, "fabricStatus")?.value ?? "";
  if (state === null || (state.value === "Completed" && (status === "" || status === "Success"))) return "usable";
  say("nvidia.fabricNotReady", { state: state.value, status, fabricManager }, state.source, `${state.value} ${status}`.trim());
  const isConfirmed = switches > 0 || (fabricManager !== "" && fabricManager !== "active");
  return isConfirmed ? "broken" : "usable";
}

function judgeMemory(gpu: Sightings, say: Say): void {
  const { total, kind } = memoryOf(gpu);
  if (total !== null) return;
  const words = told(gpu, "memoryWords");
  const source = words?.source ?? gpu[0].source;
  if (kind?.value === "shared") say("nvidia.hostMemoryUsed", { model: told(gpu, "name")?.value ?? "" }, source, words?.value ?? null);
  else say("nvidia.memoryUnknown", { words: words?.value ?? "" }, source, words?.value ?? null);
}

/** Two sources that cannot both be right. */
function compare(gpu: Sightings, field: (typeof COMPARED)[number], say: Say): void {
  const values = gpu.flatMap((sighting) => {
    const value = sighting[field];
    return value === undefined || (field === "uuid" && isMasked(String(value))) ? [] : [{ value: String(value), source: sighting.source }];
  });
  const [first] = values;
  const second = values.find(({ value }) => value.toLowerCase() !== first?.value.toLowerCase());
  if (first === undefined || second === undefined) return;
  say("nvidia.sourcesDisagree", { field, first: first.value, firstSource: first.source, second: second.value, secondSource: second.source }, second.source, second.value);
}
