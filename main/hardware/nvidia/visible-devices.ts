import type { Host } from "../../domain/host.ts";
import type { Accelerator, Notice } from "../../../shared/schemas/machine.ts";
import { excerptOf, nvidiaNotice } from "./nvidia-notice.ts";

/** What the environment keeps from an engine that is started in it. A device left out is not another state of the device: another environment gives it back. */
export function visibleDeviceNotices(host: Host, accelerators: readonly Accelerator[]): Notice[] {
  const cuda = host.env("CUDA_VISIBLE_DEVICES");
  const container = host.env("NVIDIA_VISIBLE_DEVICES");
  // A GPU that was cut up is no device of CUDA's; its slices are.
  const devices = accelerators.filter(({ isPartitioned }) => !isPartitioned);
  const hidden = devices.filter(({ state }) => state === "hidden");
  const visible = cuda === undefined ? devices : chosenByCuda(cuda, accelerators);
  return [
    ...notice("CUDA_VISIBLE_DEVICES", cuda, devices.filter((device) => !visible.includes(device))),
    ...notice("NVIDIA_VISIBLE_DEVICES", container === "all" ? undefined : container, hidden),
  ];
}

function notice(variable: string, value: string | undefined, leftOut: readonly Accelerator[]): Notice[] {
  if (value === undefined || leftOut.length === 0) return [];
  const details = { variable, value: excerptOf(value), leftOut: leftOut.map(({ id }) => id).join(", ").slice(0, 2000) };
  return [nvidiaNotice("nvidia.visibleDevices", { subject: "nvidia", details, told: [{ source: variable, words: value }] })];
}

/** CUDA's rule: indices, or beginnings of UUIDs; the first that is neither ends the list. An index of a GPU that was cut up means its first slice. */
function chosenByCuda(value: string, accelerators: readonly Accelerator[]): Accelerator[] {
  const chosen: Accelerator[] = [];
  for (const entry of value.split(",").map((each) => each.trim())) {
    const gpu = /^\d{1,4}$/.test(entry)
      ? accelerators.find(({ index, parentId }) => parentId === null && index === Number(entry))
      : /^(?:GPU|MIG)-./.test(entry) ? accelerators.find(({ uuid }) => uuid?.startsWith(entry)) : undefined;
    const device = gpu?.isPartitioned ? accelerators.find(({ parentId }) => parentId === gpu.id) : gpu;
    if (device === undefined) break;
    chosen.push(device);
  }
  return chosen;
}
