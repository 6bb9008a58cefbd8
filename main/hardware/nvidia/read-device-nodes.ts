import type { Host, HostStatus } from "../../domain/host.ts";
import type { Accelerator } from "../../../shared/schemas/machine.ts";

export type DeviceNode = NonNullable<Accelerator["node"]>;

export const UVM_NODE = "/dev/nvidia-uvm";

export interface NodeFindings {
  /** N → /dev/nvidiaN. */
  readonly gpus: ReadonlyMap<number, DeviceNode>;
  /** /dev/nvidiactl, which every user of any GPU opens. */
  readonly control: DeviceNode | null;
  /** Whether /dev/nvidia-uvm is there, without which CUDA does not start; null: not known. */
  readonly hasUnifiedMemory: boolean | null;
  /** WSL's door to the GPU of Windows, where there are no nodes of Nvidia's own. */
  readonly isWsl: boolean;
}

/** Nvidia's nodes in /dev: what a container was given, and whether this user may open it. */
export async function readDeviceNodes(host: Host): Promise<NodeFindings> {
  const listed = await host.list("/dev");
  const names = listed.kind === "names" ? listed.names : [];
  const numbers = names.flatMap((name) => /^nvidia(\d{1,4})$/.exec(name)?.[1] ?? []).map(Number);
  const nodes = await Promise.all([...numbers.map((number) => `/dev/nvidia${number}`), "/dev/nvidiactl"].map(async (path) => readNode(path, await host.status(path))));
  const [unified, wsl] = await Promise.all([host.status(UVM_NODE), host.status("/dev/dxg")]);
  return {
    gpus: new Map(numbers.flatMap((number, at) => (nodes[at] ? [[number, nodes[at]] as const] : []))),
    control: nodes.at(-1) ?? null,
    hasUnifiedMemory: isThere(unified) ? true : unified.kind === "absent" ? false : null,
    isWsl: isThere(wsl),
  };
}

function isThere(status: HostStatus): boolean {
  return status.kind !== "absent" && status.kind !== "notRecorded" && status.kind !== "failed" && status.kind !== "denied";
}

function readNode(path: string, status: HostStatus): DeviceNode | null {
  if (!("mode" in status)) return null;
  const openable = status.readable === null || status.writable === null ? null : status.readable && status.writable;
  return { path, mode: (status.mode & 0o7777).toString(8).padStart(4, "0"), owner: status.owner, group: status.group, openable };
}
