import type { Accelerator, Notice } from "../../../shared/schemas/machine.ts";
import type { Host } from "../../domain/host.ts";
import type { Found } from "../found.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import { VISIBILITY_VARIABLES } from "./ascend-probes.ts";
import { deviceNotices, disagreementNotices } from "./device-notices.ts";
import { type AscendSoftware, findAscendSoftware, stackOf } from "./find-ascend-software.ts";
import { findDeviceNodes } from "./find-device-nodes.ts";
import { findHolders } from "./find-holders.ts";
import { findPciDevices } from "./find-pci-devices.ts";
import { findUnlistedDevices, unlistedOnBus } from "./find-unlisted-devices.ts";
import { linkNpus } from "./link-npus.ts";
import { type PlacedNpu, placeNpus, type Surroundings } from "./place-npus.ts";
import { type NpuReading, readNpus } from "./read-npus.ts";
import { type TroubleContext, troubleNotices } from "./trouble-notices.ts";

/** Group that the driver's installer makes for those who may open the nodes. */
const DEFAULT_GROUP = "HwHiAiUser";
const LOOKED_FOR = "processors 19e5:* of class 12xx on the PCI bus, /dev/davinciN, npu-smi, /usr/local/Ascend";
/** Without these no engine opens a device; devmm_svm is absent on some hosts of 950. */
const NEEDED_COMPANIONS = ["/dev/davinci_manager", "/dev/hisi_hdc"];

interface Scene extends Surroundings {
  readonly reading: NpuReading;
  readonly placed: readonly PlacedNpu[];
  readonly accelerators: readonly Accelerator[];
  readonly software: AscendSoftware;
  readonly holders: string;
}

/**
 * Looks for Ascend devices in three places that do not depend on each other (the bus, the driver's nodes, the driver's tool), and for the software
 * above them. What only one of them tells is still found, with a state and a reason; where two contradict each other, both are said.
 */
export async function findAscend(host: Host): Promise<Found> {
  const [pci, nodes, reading, software] = await Promise.all([findPciDevices(host), findDeviceNodes(host), readNpus(host), findAscendSoftware(host)]);
  const placed = placeNpus(reading, { pci, nodes });
  const accelerators = [...placed.map(({ accelerator }) => accelerator), ...findUnlistedDevices(placed, { pci, nodes }, reading.troubles[0] ?? null)];
  for (const field of ["driver", "firmware"] as const) {
    software.facts.learn(field, reading.stack.get(field), reading.stack.sourceOf(field));
  }
  const stack = stackOf(software.facts);
  const { links, notices: linkNotices } = linkNpus(reading.links, placed);
  const isHeld = [...reading.troubles, ...reading.chips.flatMap(({ troubles }) => troubles)].some(({ kind }) => kind === "heldElsewhere");
  const scene: Scene = { pci, nodes, reading, placed, accelerators, software, holders: isHeld ? await findHolders(host) : "" };
  return {
    accelerators, links, stacks: stack === null ? [] : [stack],
    notices: [
      ...absenceNotices(scene), ...toolNotices(scene), ...nodeNotices(scene), ...countNotices(scene), ...placed.flatMap(deviceNotices), ...linkNotices,
      ...disagreementNotices("ascend", [...software.facts.disagreements(), ...reading.stack.disagreements()]), ...visibilityNotices(host, accelerators),
    ],
  };
}

/** Nothing at all, or nothing but software. */
function absenceNotices({ accelerators, software, reading }: Scene): Notice[] {
  if (accelerators.length > 0 || reading.notUnderstood !== null) return [];
  const { facts } = software;
  // A tool that is there and fails is a trace of its own, and says why below.
  if (reading.troubles.some(({ kind }) => kind !== "missing")) return [];
  if (stackOf(facts) === null) return [ascendNotice("ascend.none", "info", { subject: "ascend", details: { lookedFor: LOOKED_FOR } })];
  const evidence = Object.values(facts.evidence()).map((source) => excerptOf(source, ""));
  return [ascendNotice("ascend.softwareOnly", "info", { subject: "ascend", details: { driver: facts.get("driver") ?? "", cann: facts.get("cann") ?? "" }, evidence })];
}

function toolNotices(scene: Scene): Notice[] {
  const { accelerators, nodes, pci, placed, reading, software, holders } = scene;
  const context: Omit<TroubleContext, "subject"> = {
    nodes: nodes.devices?.size ?? -1, deniedNodes: [...(nodes.devices?.values() ?? [])].filter(({ openable }) => openable === false).length,
    group: software.userGroup ?? ([...(nodes.devices?.values() ?? [])].find(({ group }) => group !== "" && group !== "root")?.group ?? DEFAULT_GROUP), holders,
  };
  const isBare = nodes.devices?.size === 0 && software.facts.get("driver") === null;
  const troubles = reading.troubles.filter(({ kind }) => kind !== "missing" || (accelerators.length > 0 && !isBare));
  const notices = troubleNotices(troubles, { subject: "ascend", ...context });
  if (isBare && reading.troubles.some(({ kind }) => kind === "missing") && accelerators.length > 0) {
    notices.push(ascendNotice("ascend.driverMissing", "problem", { subject: "ascend", details: { devices: accelerators.length }, evidence: (pci ?? []).map(({ source, words }) => excerptOf(source, words)) }));
  }
  if (!reading.isRecorded && reading.troubles.length === 0 && accelerators.length > 0) {
    notices.push(ascendNotice("ascend.toolNotRecorded", "warning", { subject: "ascend", details: { devices: accelerators.length } }));
  }
  if (reading.notUnderstood !== null) {
    const { command, lines } = reading.notUnderstood;
    notices.push(ascendNotice("ascend.outputNotUnderstood", "problem", { subject: "ascend", details: { command }, evidence: [excerptOf(command, lines.join("\n"))] }));
  }
  if (reading.incompleteRows > 0) {
    notices.push(ascendNotice("ascend.outputCut", "problem", { subject: "ascend", details: { command: "npu-smi info", incompleteRows: reading.incompleteRows } }));
  }
  const cards = Map.groupBy(placed, ({ chip }) => chip.npuId);
  return [...notices, ...[...cards.values()].flatMap((chips) => troubleNotices(chips[0]?.chip.troubles ?? [], { subject: chips[0]?.accelerator.id ?? "ascend", ...context }))];
}

function nodeNotices({ nodes, placed, accelerators }: Scene): Notice[] {
  const notices: Notice[] = [];
  const without = placed.filter(({ accelerator }) => accelerator.physicalId !== null && accelerator.node === null);
  if (nodes.devices !== null && without.length > 0) {
    const names = without.map(({ accelerator }) => `/dev/davinci${accelerator.physicalId}`).join(", ").slice(0, 1024);
    notices.push(ascendNotice("ascend.nodesMissing", "problem", { subject: "ascend", details: { devices: without.length, nodes: names }, evidence: [excerptOf("/dev", [...nodes.devices.values()].map(({ path }) => path).join(" "))] }));
  }
  const openable = accelerators.some(({ node }) => node !== null);
  const hasManager = nodes.companions.some(({ path }) => path.startsWith("/dev/davinci_manager"));
  for (const path of NEEDED_COMPANIONS) {
    if (!openable || !nodes.missingCompanions.includes(path) || (path === "/dev/davinci_manager" && hasManager)) continue;
    notices.push(ascendNotice("ascend.companionMissing", "problem", { subject: "ascend", details: { path }, evidence: [excerptOf(path, "absent")] }));
  }
  for (const { path, mode, owner, group, openable: isOpenable } of nodes.companions) {
    if (isOpenable === false) notices.push(ascendNotice("ascend.nodeDenied", "problem", { subject: "ascend", details: { path, mode, owner, group }, evidence: [excerptOf(path, `${mode} ${owner}:${group}`)] }));
  }
  for (const { id, node } of accelerators.slice(placed.length)) {
    if (node?.openable === false) notices.push(ascendNotice("ascend.nodeDenied", "problem", { subject: id, details: { path: node.path, mode: node.mode, owner: node.owner, group: node.group }, evidence: [excerptOf(node.path, `${node.mode} ${node.owner}:${node.group}`)] }));
  }
  return notices;
}

/** Three sources count devices; chips of one card may share a place on the bus, and a container sees the whole bus but not every node. */
function countNotices({ pci, nodes, placed, accelerators, reading }: Scene): Notice[] {
  const notices: Notice[] = [];
  const hidden = placed.length === 0 ? Math.max(0, (pci?.length ?? 0) - (nodes.devices?.size ?? 0)) : unlistedOnBus(placed, pci).length;
  if (hidden > 0 && placed.length + (nodes.devices?.size ?? 0) > 0) {
    const where = unlistedOnBus(placed, pci).map(({ busId }) => busId).join(", ").slice(0, 1024);
    notices.push(ascendNotice("ascend.devicesHidden", "info", { subject: "ascend", details: { devices: hidden, where }, evidence: (pci ?? []).slice(0, 1).map(({ source, words }) => excerptOf(source, words)) }));
  }
  const onBus = new Set(pci?.map(({ busId }) => busId));
  const places = new Set(placed.flatMap(({ accelerator, pci: place }) => (accelerator.busId === null ? [] : [place?.busId ?? accelerator.busId])));
  const isMoreThanBus = pci !== null && (placed.length > 0 ? [...places].some((place) => !onBus.has(place)) : (nodes.devices?.size ?? 0) > 2 * pci.length && pci.length > 0);
  const isOtherThanNodes = nodes.devices !== null && placed.length > 0 && (accelerators.slice(placed.length).some(({ node }) => node !== null) || placed.some(({ accelerator }) => accelerator.physicalId !== null && accelerator.node === null));
  if (isMoreThanBus || isOtherThanNodes) {
    notices.push(ascendNotice("ascend.countsDiffer", "warning", {
      subject: "ascend", details: { npuSmi: reading.isRecorded ? placed.length : -1, pci: pci?.length ?? -1, nodes: nodes.devices?.size ?? -1 },
      evidence: [
        excerptOf("npu-smi", placed.map(({ accelerator }) => accelerator.id).join(" ")), excerptOf("PCI bus", [...onBus].join(" ")),
        excerptOf("/dev", [...(nodes.devices?.values() ?? [])].map(({ path }) => path).join(" ")),
      ],
    }));
  }
  return notices;
}

function visibilityNotices(host: Host, accelerators: readonly Accelerator[]): Notice[] {
  return accelerators.length === 0 ? [] : VISIBILITY_VARIABLES.flatMap((variable) => {
    const value = host.env(variable);
    return value === undefined ? [] : [ascendNotice("ascend.visibleDevices", "info", { subject: "ascend", details: { variable, value: value.slice(0, 1024) }, evidence: [excerptOf(`$${variable}`, value)] })];
  });
}
