import type { Accelerator } from "../../../shared/schemas/machine.ts";
import { familyOf } from "./chip-names.ts";
import type { DeviceNode } from "./find-device-nodes.ts";
import { canonicalBusId, type PciDevice } from "./find-pci-devices.ts";
import type { NpuTrouble } from "./npu-trouble.ts";
import { type PlacedNpu, type Surroundings, stateByTrouble } from "./place-npus.ts";

/**
 * Devices that are there and that the driver's tool does not list: nodes that none of its devices has, then processors on the bus that cannot be one of
 * those already counted. Where the same device could be meant twice it is counted once.
 */
export function findUnlistedDevices(placed: readonly PlacedNpu[], { pci, nodes }: Surroundings, trouble: NpuTrouble | null): Accelerator[] {
  const listed = new Set(placed.map(({ accelerator }) => accelerator.physicalId));
  const extraNodes = listed.has(null) ? [] : [...(nodes.devices ?? [])].filter(([physicalId]) => !listed.has(physicalId));
  const onBus = unlistedOnBus(placed, pci);
  if (extraNodes.length > 0) return extraNodes.map(([physicalId, node]) => fromNode(physicalId, node, { trouble, onBus, isOnly: extraNodes.length === 1 }));
  if (onBus.length > 0) return onBus.map((device) => fromBus(device, trouble));
  if (placed.length === 0 && (trouble?.kind === "heldElsewhere" || trouble?.kind === "deviceQueryFailed")) return [unidentified(trouble)];
  return [];
}

/** Processors on the bus that no listed chip claims; none where a listed chip does not tell its address, for it may be any of them. */
export function unlistedOnBus(placed: readonly PlacedNpu[], pci: Surroundings["pci"]): readonly PciDevice[] {
  const claimed = placed.map(({ accelerator }) => canonicalBusId(accelerator.busId));
  return claimed.includes(null) ? [] : (pci ?? []).filter(({ busId }) => !claimed.includes(busId));
}

const UNKNOWN: Omit<Accelerator, "id" | "state" | "evidence"> = {
  vendor: "huawei", family: null, model: null, socName: null, computeCapability: null, index: null, card: null, die: null, physicalId: null, uuid: null, serial: null, busId: null,
  numaNode: null, parentId: null, isPartitioned: false, memory: { kind: null, totalBytes: null, usedBytes: null, freeBytes: null }, health: null, node: null,
};

function fromNode(
  physicalId: number, node: DeviceNode, around: { readonly trouble: NpuTrouble | null; readonly onBus: readonly PciDevice[]; readonly isOnly: boolean },
): Accelerator {
  const { trouble, onBus, isOnly } = around;
  const [first] = onBus;
  // Processors of one kind say what the node is; only a single one says where.
  const isOneKind = first !== undefined && onBus.every(({ deviceId }) => deviceId === first.deviceId);
  const family = isOneKind ? familyOf({ model: null, npuName: null, pciDeviceId: first.deviceId }) : null;
  const place = isOnly && onBus.length === 1 && first !== undefined ? first : null;
  return {
    ...UNKNOWN, id: `ascend:${physicalId}`, physicalId, node, family, busId: place?.busId ?? null, numaNode: place?.numaNode ?? null,
    state: trouble !== null ? stateByTrouble(trouble, node) : node.openable === false ? "denied" : "hidden",
    evidence: { physicalId: node.path, node: node.path, ...(family === null ? {} : { family: first?.source ?? "" }), ...(place === null ? {} : { busId: place.source }) },
  };
}

function fromBus(device: PciDevice, trouble: NpuTrouble | null): Accelerator {
  return {
    ...UNKNOWN, id: `ascend:${device.busId}`, busId: device.busId, numaNode: device.numaNode, family: familyOf({ model: null, npuName: null, pciDeviceId: device.deviceId }),
    state: trouble?.kind === "heldElsewhere" ? "busy" : trouble?.kind === "deviceQueryFailed" ? "broken" : "hidden",
    evidence: { busId: device.source, ...(device.deviceId === null ? {} : { family: device.source }), ...(device.numaNode === null ? {} : { numaNode: `${device.source}/numa_node` }) },
  };
}

/** The driver speaks of a device, and nothing else was recorded: there is at least one. */
function unidentified(trouble: NpuTrouble): Accelerator {
  return { ...UNKNOWN, id: "ascend:unidentified", state: stateByTrouble(trouble, null), evidence: { state: trouble.command } };
}
