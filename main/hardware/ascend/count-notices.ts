import type { Notice } from "../../../shared/schemas/machine.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import { canonicalBusId } from "./find-pci-devices.ts";
import { unlistedOnBus } from "./find-unlisted-devices.ts";
import { nodesOf, type Scene } from "./scene.ts";

/** Chips of one card may share a place on the bus (300I Duo: two). */
const MOST_CHIPS_PER_PLACE = 2;

/** Three sources count devices. A container sees the whole bus and only its own nodes, which is no contradiction. */
export function countNotices(scene: Scene): Notice[] {
  return [...hiddenDevices(scene), ...contradictions(scene)];
}

function hiddenDevices(scene: Scene): Notice[] {
  const { pci, placed } = scene;
  const elsewhere = unlistedOnBus(placed, pci);
  const seen = placed.length > 0 ? 0 : nodesOf(scene).length;
  const isSomethingSeen = placed.length + seen > 0;
  if (!isSomethingSeen || elsewhere.length <= seen) return [];
  return [ascendNotice("ascend.devicesHidden", "warning", {
    subject: "ascend", details: { devices: elsewhere.length - seen, where: elsewhere.map(({ busId }) => busId).join(", ").slice(0, 1024) },
    evidence: elsewhere.slice(0, 1).map(({ source, words }) => excerptOf(source, words)),
  })];
}

function contradictions(scene: Scene): Notice[] {
  const { pci, nodes, placed, unlisted, reading } = scene;
  const present = nodesOf(scene);
  const onBus = new Set(pci?.map(({ busId }) => busId));
  const isMoreThanBus = pci !== null && (placed.length > 0
    ? placed.some(({ accelerator }) => accelerator.busId !== null && !onBus.has(canonicalBusId(accelerator.busId) ?? ""))
    : onBus.size > 0 && present.length > MOST_CHIPS_PER_PLACE * onBus.size);
  const isOtherThanNodes = nodes.devices !== null && placed.length > 0
    && (unlisted.some(({ node }) => node !== null) || placed.some(({ accelerator }) => accelerator.physicalId !== null && accelerator.node === null));
  if (!isMoreThanBus && !isOtherThanNodes) return [];
  return [ascendNotice("ascend.countsDiffer", "warning", {
    subject: "ascend", details: { npuSmi: reading.isRecorded ? placed.length : -1, pci: pci?.length ?? -1, nodes: nodes.devices?.size ?? -1 },
    evidence: [
      excerptOf("npu-smi", placed.map(({ accelerator }) => accelerator.id).join(" ")), excerptOf("PCI bus", [...onBus].join(" ")), excerptOf("/dev", present.map(({ path }) => path).join(" ")),
    ],
  })];
}
