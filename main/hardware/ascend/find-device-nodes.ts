import type { Accelerator } from "../../../shared/schemas/machine.ts";
import type { Host } from "../../domain/host.ts";
import { COMPANION_NODES } from "./ascend-probes.ts";
import { MAX_DEVICES } from "./max-devices.ts";

export type DeviceNode = NonNullable<Accelerator["node"]>;

export interface DeviceNodes {
  /** Physical id → its node; null where nobody recorded what is in /dev. */
  readonly devices: ReadonlyMap<number, DeviceNode> | null;
  /** Nodes that an engine opens beside them; those that were not recorded are in neither list. */
  readonly companions: readonly DeviceNode[];
  readonly missingCompanions: readonly string[];
}

/** Looks at /dev/davinciN (N is the physical id) and the nodes beside them. Directories and files of these names, as a bind mount of nothing leaves them, do not count. */
export async function findDeviceNodes(host: Host): Promise<DeviceNodes> {
  const listing = await host.list("/dev");
  const names = listing.kind === "names" ? listing.names.filter((name) => /^davinci(?:0|[1-9][0-9]{0,5})$/.test(name)).slice(0, MAX_DEVICES) : [];
  const found = await Promise.all(names.map(async (name) => [Number(name.slice("davinci".length)), await lookAt(host, `/dev/${name}`)] as const));
  const devices = new Map<number, DeviceNode>();
  for (const [physicalId, node] of [...found].sort(([a], [b]) => a - b)) if (node !== "absent") devices.set(physicalId, node === "unknown" ? unseen(physicalId) : node);
  const companions = await Promise.all(COMPANION_NODES.map(async (path) => [path, await lookAt(host, path)] as const));
  return {
    devices: listing.kind === "names" ? devices : null,
    companions: companions.flatMap(([, node]) => (typeof node === "object" ? [node] : [])),
    missingCompanions: companions.flatMap(([path, node]) => (node === "absent" ? [path] : [])),
  };
}

async function lookAt(host: Host, path: string): Promise<DeviceNode | "absent" | "unknown"> {
  const status = await host.status(path);
  if (status.kind === "absent") return "absent";
  if (status.kind === "notRecorded" || status.kind === "denied" || status.kind === "failed") return "unknown";
  if (status.kind !== "characterDevice") return "absent";
  return {
    path, mode: status.mode.toString(8).padStart(4, "0"), owner: status.owner, group: status.group,
    openable: status.readable === null || status.writable === null ? null : status.readable && status.writable,
  };
}

/** A listing without statuses (pasted `ls /dev`) still says that the node is there. */
function unseen(physicalId: number): DeviceNode {
  return { path: `/dev/davinci${physicalId}`, mode: "", owner: "", group: "", openable: null };
}
