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
const COMPARED = ["name", "uuid", "serial", "totalBytes", "computeCapability"] as const;

/** Whether a GPU can be used, and all that is to be said of it. */
export function judgeGpu(gpu: Sightings, circumstances: Circumstances): Judgement {
  const { id, node, control } = circumstances;
  const notices: Notice[] = [];
  const say = <C extends NvidiaNoticeCode>(code: C, details: NvidiaNoticeDetails[C], source: string, words: string | null = null): void => {
    notices.push(nvidiaNotice(code, { subject: id, details, told: [{ source, words }] }));
  };
  const busId = told(gpu, "busId")?.value ?? "";
  const isSeen = gpu.some(({ isByTool }) => isByTool);
  const closed = [node, control].find((each) => each?.openable === false) ?? null;
  const faulty = gpu.filter(({ faults }) => faults !== undefined && faults.length > 0);
  const mode = told(gpu, "computeMode");
  const processes = told(gpu, "computeProcesses");
  const kernelDriver = told(gpu, "kernelDriver");
  const excluded = told(gpu, "isExcluded");

  const judge = (): AcceleratorState => {
    if (faulty.length > 0) {
      const words = [...new Set(faulty.flatMap(({ faults }) => faults ?? []))].join("; ").slice(0, 1000);
      notices.push(nvidiaNotice("nvidia.gpuFault", { subject: id, details: { words }, told: faulty.map(({ source, faults }) => ({ source, words: faults?.join("; ") ?? null })) }));
      return "broken";
    }
    if (!isSeen) return judgeUnseen();
    if (closed !== null) {
      say("nvidia.nodeDenied", { path: closed.path, mode: closed.mode, owner: closed.owner, group: closed.group }, closed.path);
      return "denied";
    }
    if (mode?.value === "Prohibited") {
      say("nvidia.computeProhibited", { mode: mode.value }, mode.source, mode.value);
      return "denied";
    }
    if (mode?.value.startsWith("Exclusive") && processes !== null && processes.value > 0) {
      say("nvidia.gpuBusy", { processes: processes.value }, processes.source, mode.value);
      return "busy";
    }
    return judgeFabric(gpu, circumstances, say);
  };
  const judgeUnseen = (): AcceleratorState => {
    if (excluded !== null) {
      say("nvidia.gpuExcluded", { busId }, excluded.source);
      return "hidden";
    }
    if (kernelDriver !== null && !OWN_DRIVERS.includes(kernelDriver.value)) {
      say("nvidia.otherDriver", { busId, kernelDriver: kernelDriver.value }, kernelDriver.source, `DRIVER=${kernelDriver.value}`);
      // Handed to a virtual machine as a whole.
      return kernelDriver.value.startsWith("vfio") ? "busy" : "hidden";
    }
    if (circumstances.failure === "nvidia.noDevicesFound" && node === null) return "hidden";
    if (circumstances.failure !== null) return STATE_BY_FAILURE[circumstances.failure];
    say("nvidia.gpuNotListed", { busId, kernelDriver: kernelDriver?.value ?? "" }, gpu[0].source);
    return "hidden";
  };

  const state = judge();
  const action = told(gpu, "recoveryAction");
  if (action !== null) say("nvidia.recoveryAdvised", { action: action.value }, action.source, action.value);
  const errors = told(gpu, "uncorrectedErrors");
  if (errors !== null && errors.value > 0) say("nvidia.uncorrectedErrors", { errors: errors.value }, errors.source);
  for (const { unreadable, source } of gpu) for (const { field, words } of unreadable ?? []) say("nvidia.fieldUnreadable", { field, words }, source, words);
  if (isSeen && faulty.length === 0) judgeMemory(gpu, say);
  for (const field of COMPARED) compare(gpu, field, say);
  return { state, notices };
}

type Say = <C extends NvidiaNoticeCode>(code: C, details: NvidiaNoticeDetails[C], source: string, words?: string | null) => void;

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
