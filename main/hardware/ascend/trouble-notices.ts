import type { Notice } from "../../../shared/schemas/machine.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import { NPU_SMI_PATHS } from "./ascend-probes.ts";
import type { NpuTrouble } from "./npu-trouble.ts";
import { nodesOf, type Scene } from "./scene.ts";

/** Group that the driver's installer makes for those who may open the nodes. */
const DEFAULT_GROUP = "HwHiAiUser";

/** Why the driver's tool told less than it could: of the machine, then card by card. */
export function troubleNotices(scene: Scene): Notice[] {
  const { placed, unlisted, reading } = scene;
  const devices = placed.length + unlisted.length;
  const notices = isDriverMissing(scene) ? [driverMissing(scene)] : oneOfEachKind(reading.troubles.filter(({ kind }) => kind !== "missing" || devices > 0), "ascend", scene);
  if (!reading.isRecorded && devices > 0) notices.push(ascendNotice("ascend.toolNotRecorded", "warning", { subject: "ascend", details: { devices } }));
  if (reading.notUnderstood !== null) {
    const { command, lines } = reading.notUnderstood;
    notices.push(ascendNotice("ascend.outputNotUnderstood", "problem", { subject: "ascend", details: { command }, evidence: [excerptOf(command, lines.join("\n"))] }));
  }
  if (reading.incompleteRows > 0) {
    notices.push(ascendNotice("ascend.outputCut", "problem", { subject: "ascend", details: { command: "npu-smi info", incompleteRows: reading.incompleteRows } }));
  }
  // The chips of a card were asked about together and share its troubles.
  const cards = [...Map.groupBy(placed, ({ chip }) => chip.npuId).values()];
  return [...notices, ...cards.flatMap(([first]) => (first === undefined ? [] : oneOfEachKind(first.chip.troubles, first.accelerator.id, scene)))];
}

/** Processors on the bus, and nothing of a driver: that no tool is there is no reason of its own. */
function isDriverMissing({ reading, nodes, software, unlisted, placed }: Scene): boolean {
  return reading.troubles.some(({ kind }) => kind === "missing") && nodes.devices?.size === 0 && software.facts.get("driver") === null && placed.length === 0 && unlisted.length > 0;
}

function driverMissing({ pci, unlisted }: Scene): Notice {
  return ascendNotice("ascend.driverMissing", "problem", { subject: "ascend", details: { devices: unlisted.length }, evidence: (pci ?? []).map(({ source, words }) => excerptOf(source, words)) });
}

/** Four questions that fail alike are one thing to know. */
function oneOfEachKind(troubles: readonly NpuTrouble[], subject: string, scene: Scene): Notice[] {
  return [...Map.groupBy(troubles, ({ kind }) => kind).values()].flatMap(([first]) => (first === undefined ? [] : [noticeOf(first, subject, scene)]));
}

function noticeOf(trouble: NpuTrouble, subject: string, scene: Scene): Notice {
  const { command } = trouble;
  const evidence = [excerptOf(command, trouble.words)];
  switch (trouble.kind) {
    case "missing": return ascendNotice("ascend.toolMissing", "problem", { subject, details: { lookedAt: NPU_SMI_PATHS.join(", ") }, evidence });
    case "notExecutable": return ascendNotice("ascend.toolNotExecutable", "problem", { subject, details: { command }, evidence });
    case "libraryMissing": return ascendNotice("ascend.toolLibraryMissing", "problem", { subject, details: { command, library: trouble.library }, evidence });
    case "driverUnreachable": return ascendNotice("ascend.driverUnreachable", "problem", { subject, details: { command, ret: trouble.ret, ...accessTo(scene) }, evidence });
    case "heldElsewhere": return ascendNotice("ascend.heldByAnotherContainer", "problem", { subject, details: { command, ret: trouble.ret, holders: scene.holders }, evidence });
    case "deviceQueryFailed": return ascendNotice("ascend.deviceQueryFailed", "warning", { subject, details: { command, ret: trouble.ret }, evidence });
    case "timedOut": return ascendNotice("ascend.toolTimedOut", "problem", { subject, details: { command, afterMs: trouble.afterMs }, evidence });
    case "killed": return ascendNotice("ascend.toolKilled", "problem", { subject, details: { command, signal: trouble.signal }, evidence });
    case "failed": return ascendNotice("ascend.toolFailed", "warning", { subject, details: { command, exitCode: trouble.exitCode }, evidence });
    default: return trouble satisfies never;
  }
}

/** The nodes explain most drivers that cannot be reached. */
function accessTo(scene: Scene): { nodes: number; deniedNodes: number; group: string } {
  const present = nodesOf(scene);
  const owners = present.map(({ group }) => group).filter((group) => group !== "" && group !== "root");
  return {
    nodes: scene.nodes.devices === null ? -1 : present.length, deniedNodes: present.filter(({ openable }) => openable === false).length,
    group: scene.software.userGroup ?? owners[0] ?? DEFAULT_GROUP,
  };
}
