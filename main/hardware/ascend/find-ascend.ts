import type { Notice } from "../../../shared/schemas/machine.ts";
import type { Host } from "../../domain/host.ts";
import type { Found } from "../found.ts";
import { absenceNotices } from "./absence-notices.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import { VISIBILITY_VARIABLES } from "./ascend-probes.ts";
import { countNotices } from "./count-notices.ts";
import { deviceNotices, disagreementNotices } from "./device-notices.ts";
import { findAscendSoftware, stackOf } from "./find-ascend-software.ts";
import { findDeviceNodes } from "./find-device-nodes.ts";
import { findHolders } from "./find-holders.ts";
import { findPciDevices } from "./find-pci-devices.ts";
import { findUnlistedDevices } from "./find-unlisted-devices.ts";
import { linkNpus } from "./link-npus.ts";
import { nodeNotices } from "./node-notices.ts";
import { placeNpus } from "./place-npus.ts";
import { readNpus } from "./read-npus.ts";
import type { Scene } from "./scene.ts";
import { troubleNotices } from "./trouble-notices.ts";

/**
 * Looks for Ascend devices in three places that do not depend on each other (the bus, the driver's nodes, the driver's tool), and for the software
 * above them. What only one of them tells is still found, with a state and a reason; where two contradict each other, both are said.
 */
export async function findAscend(host: Host): Promise<Found> {
  const [pci, nodes, reading, software] = await Promise.all([findPciDevices(host), findDeviceNodes(host), readNpus(host), findAscendSoftware(host)]);
  const isHeld = [...reading.troubles, ...reading.chips.flatMap(({ troubles }) => troubles)].some(({ kind }) => kind === "heldElsewhere");
  const holders = isHeld ? await findHolders(host) : "";

  const placed = placeNpus(reading, { pci, nodes });
  const unlisted = findUnlistedDevices(placed, { pci, nodes }, reading.listingTrouble);
  const { links, notices: linkNotices } = linkNpus(reading.links, placed);
  for (const field of ["driver", "firmware"] as const) software.facts.learn(field, reading.stack.get(field), reading.stack.sourceOf(field));
  const stack = stackOf(software.facts);
  const scene: Scene = { pci, nodes, reading, placed, unlisted, software, holders };
  return {
    accelerators: [...placed.map(({ accelerator }) => accelerator), ...unlisted], links, stacks: stack === null ? [] : [stack],
    notices: [
      ...absenceNotices(scene), ...troubleNotices(scene), ...nodeNotices(scene), ...countNotices(scene), ...placed.flatMap(deviceNotices), ...linkNotices,
      ...disagreementNotices("ascend", [...software.facts.disagreements(), ...reading.stack.disagreements()]), ...(placed.length + unlisted.length > 0 ? visibilityNotices(host) : []),
    ],
  };
}

/** What the environment hides from programs; detection lists devices all the same. */
function visibilityNotices(host: Host): Notice[] {
  return VISIBILITY_VARIABLES.flatMap((variable) => {
    const value = host.env(variable);
    return value === undefined ? [] : [ascendNotice("ascend.visibleDevices", "info", { subject: "ascend", details: { variable, value: value.slice(0, 1024) }, evidence: [excerptOf(`$${variable}`, value)] })];
  });
}
