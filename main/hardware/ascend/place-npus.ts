import type { Accelerator } from "../../../shared/schemas/machine.ts";
import { familyOf, familyOfName, socNameOf } from "./chip-names.ts";
import type { DeviceNodes } from "./find-device-nodes.ts";
import { canonicalBusId, type PciDevice } from "./find-pci-devices.ts";
import type { ChipMemory } from "./npu-memory.ts";
import type { NpuTrouble } from "./npu-trouble.ts";
import type { NpuChip } from "./read-card.ts";
import type { NpuReading } from "./read-npus.ts";

/** A chip that the tool lists, as a device of the machine. */
export interface PlacedNpu {
  readonly accelerator: Accelerator;
  readonly chip: NpuChip;
  readonly pci: PciDevice | null;
}

/** What is seen of the machine without the driver's tool. */
export interface Surroundings {
  /** null: not recorded. */
  readonly pci: readonly PciDevice[] | null;
  readonly nodes: DeviceNodes;
}

/** Health in which a device reports a fault of weight; "Warning" does not keep it from working. */
const FAULTS = /^(?:alarm|critical|unknown|offline|abnormal|unhealthy|fault)/i;

/** The chips that the driver's tool lists, joined with their nodes and their places on the bus. */
export function placeNpus(reading: NpuReading, { pci, nodes }: Surroundings): PlacedNpu[] {
  settlePhysicalIds(reading.chips, nodes);
  const ids = new Set<string>();
  return reading.chips.map((chip, position) => {
    const { facts, npuId, chipId } = chip;
    if (facts.get("index") === null) facts.learn("index", position, "order of npu-smi's answers");
    const physicalId = facts.get("physicalId");
    const busId = facts.get("busId");
    const onBus = pci?.find((device) => device.busId === canonicalBusId(busId)) ?? null;
    if (onBus !== null) facts.learn("pciDeviceId", onBus.deviceId, onBus.source);
    const names = { model: facts.get("model"), npuName: facts.get("npuName"), pciDeviceId: facts.get("pciDeviceId") };
    const family = familyOf(names);
    const node = physicalId === null ? null : (nodes.devices?.get(physicalId) ?? null);
    const plain = `ascend:${physicalId}`;
    const id = physicalId === null || ids.has(plain) ? `ascend:npu${npuId}.${chipId}` : plain;
    ids.add(id);
    const { memory, evidence } = memoryOf(chip.memory, family);
    const named = Object.fromEntries(Object.entries(facts.evidence()).filter(([field]) => field !== "npuName" && field !== "pciDeviceId"));
    return {
      chip, pci: onBus,
      accelerator: {
        id, vendor: "huawei", family, model: names.model, socName: socNameOf(names), computeCapability: null, index: facts.get("index"), card: npuId,
        // A card of A3 has two dies, also where a container sees one of them.
        die: chip.cardChips > 1 || family === "910C" ? chipId : null, physicalId, uuid: null, serial: facts.get("serial"), busId, numaNode: onBus?.numaNode ?? null, parentId: null, isPartitioned: false,
        memory, health: facts.get("health"), node, state: stateOf(chip, { trouble: reading.listingTrouble, node, physicalId, nodes }),
        evidence: {
          ...named, ...evidence, ...(family === null ? {} : { family: familyOfName(names) === family ? facts.sourceOf("model") : facts.sourceOf("pciDeviceId") }),
          ...(socNameOf(names) === null ? {} : { socName: facts.sourceOf("npuName") || facts.sourceOf("model") }),
          ...(node === null ? {} : { node: node.path }), ...(onBus?.numaNode == null ? {} : { numaNode: `${onBus.source}/numa_node` }),
        },
      },
    };
  });
}

/**
 * Assumed ids are taken where the nodes do not speak against them: each is one of the nodes, or each node one of them. In a container that sees
 * davinci3 alone the driver counts from 0, and the id would name another container's device.
 */
function settlePhysicalIds(chips: readonly NpuChip[], nodes: DeviceNodes): void {
  const unknown = chips.filter(({ facts }) => facts.get("physicalId") === null);
  const assumed = new Set(unknown.map(({ assumedPhysicalId }) => assumedPhysicalId?.id ?? -1));
  const present = new Set(nodes.devices?.keys() ?? []);
  const isLikely = assumed.size === unknown.length && (present.size === 0 || [...assumed].every((id) => present.has(id)) || [...present].every((id) => assumed.has(id)));
  if (!isLikely) return;
  for (const { facts, assumedPhysicalId } of unknown) if (assumedPhysicalId !== null) facts.learn("physicalId", assumedPhysicalId.id, assumedPhysicalId.source);
}

/** Of totals that differ the smaller is taken: a plan that fits it fits the other. */
function memoryOf(memories: readonly ChipMemory[], family: Accelerator["family"]): { readonly memory: Accelerator["memory"]; readonly evidence: Record<string, string> } {
  const taken = smallest(memories);
  if (taken === null) return { memory: { kind: null, totalBytes: null, usedBytes: null, freeBytes: null }, evidence: {} };
  const used = memories.find(({ usedBytes }) => usedBytes !== null);
  const usedBytes = used?.usedBytes ?? null;
  return {
    // A 310B has no memory of its own: it is the processor of a board and shares the board's.
    memory: { kind: family === "310B" ? "shared" : taken.kind, totalBytes: taken.totalBytes, usedBytes, freeBytes: usedBytes === null ? null : Math.max(0, taken.totalBytes - usedBytes) },
    evidence: { "memory.totalBytes": taken.source, ...(used === undefined ? {} : { "memory.usedBytes": used.source }) },
  };
}

/** The total that counts, of the kind that the first source tells. */
export function smallest(memories: readonly ChipMemory[]): ChipMemory | null {
  return memories.filter(({ kind }) => kind === memories[0]?.kind).reduce<ChipMemory | null>((least, one) => (least === null || one.totalBytes < least.totalBytes ? one : least), null);
}

function stateOf(
  chip: NpuChip, seen: { readonly trouble: NpuTrouble | null; readonly node: Accelerator["node"]; readonly physicalId: number | null; readonly nodes: DeviceNodes },
): Accelerator["state"] {
  const { trouble, node, physicalId, nodes } = seen;
  if (chip.troubles.some(({ kind }) => kind === "heldElsewhere")) return "busy";
  if (FAULTS.test(chip.facts.get("health") ?? "")) return "broken";
  if (node?.openable === false) return "denied";
  if (nodes.devices !== null && physicalId !== null && node === null) return "hidden";
  if (chip.isInTable) return "usable";
  if (trouble !== null) return stateByTrouble(trouble, node);
  return chip.troubles.some(({ kind }) => kind === "deviceQueryFailed" || kind === "timedOut") ? "broken" : "usable";
}

/** What the tool's trouble means for a device that it does not show. */
export function stateByTrouble(trouble: NpuTrouble, node: Accelerator["node"]): Accelerator["state"] {
  switch (trouble.kind) {
    case "heldElsewhere": return "busy";
    case "missing":
    case "notExecutable":
    case "libraryMissing": return node?.openable === false ? "denied" : "hidden";
    case "driverUnreachable": return node === null ? "hidden" : node.openable === false ? "denied" : "broken";
    case "deviceQueryFailed":
    case "timedOut":
    case "killed":
    case "failed": return node?.openable === false ? "denied" : "broken";
    default: return trouble satisfies never;
  }
}
