import type { Notice } from "../../../shared/schemas/machine.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import type { DeviceNode } from "./find-device-nodes.ts";
import { nodesOf, type Scene } from "./scene.ts";

/** Without these no engine opens a device; either name of the manager will do. */
const NEEDED = [["/dev/davinci_manager", "/dev/davinci_manager_docker"], ["/dev/hisi_hdc"]] as const;

/** What keeps programs from the nodes under /dev. */
export function nodeNotices(scene: Scene): Notice[] {
  const { nodes, placed, unlisted } = scene;
  const accelerators = [...placed.map(({ accelerator }) => accelerator), ...unlisted];
  const denied = [...nodes.companions.map((node) => ({ subject: "ascend", node })), ...accelerators.flatMap(({ id, node }) => (node === null ? [] : [{ subject: id, node }]))];
  return [
    ...missingNodes(scene),
    ...(nodesOf(scene).length === 0 ? [] : NEEDED.filter((names) => names.every((name) => nodes.missingCompanions.includes(name))).map(([path]) =>
      ascendNotice("ascend.companionMissing", "problem", { subject: "ascend", details: { path }, evidence: [excerptOf(path, "absent")] }))),
    ...denied.filter(({ node }) => node.openable === false).map(({ subject, node }) => deniedNotice(subject, node)),
  ];
}

function missingNodes({ nodes, placed }: Scene): Notice[] {
  const without = placed.filter(({ accelerator }) => accelerator.physicalId !== null && accelerator.node === null);
  if (nodes.devices === null || without.length === 0) return [];
  return [ascendNotice("ascend.nodesMissing", "problem", {
    subject: "ascend", details: { devices: without.length, nodes: without.map(({ accelerator }) => `/dev/davinci${accelerator.physicalId}`).join(", ").slice(0, 1024) },
    evidence: [excerptOf("/dev", [...nodes.devices.values()].map(({ path }) => path).join(" "))],
  })];
}

function deniedNotice(subject: string, { path, mode, owner, group }: DeviceNode): Notice {
  return ascendNotice("ascend.nodeDenied", "problem", { subject, details: { path, mode, owner, group }, evidence: [excerptOf(path, `${mode} ${owner}:${group}`)] });
}
