import type { Notice } from "../../../shared/schemas/machine.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import { familyOfName } from "./chip-names.ts";
import type { Disagreement } from "../facts.ts";
import { type PlacedNpu, smallest } from "./place-npus.ts";

/** What a person must know of one device that the driver's tool lists. */
export function deviceNotices({ accelerator, chip, pci }: PlacedNpu): Notice[] {
  const { id: subject, health, model, family, socName } = accelerator;
  const notices: Notice[] = [];
  if (health !== null && !/^(?:ok|healthy)$/i.test(health)) {
    notices.push(ascendNotice("ascend.healthNotOk", accelerator.state === "broken" ? "problem" : "warning", { subject, details: { health }, evidence: [excerptOf(chip.facts.sourceOf("health"), health)] }));
  }
  if (model !== null && family === null) {
    notices.push(ascendNotice("ascend.chipUnknown", "warning", {
      subject, details: { model, pciDevice: chip.facts.get("pciDeviceId") ?? "" }, evidence: [excerptOf(chip.facts.sourceOf("model"), model), ...(pci === null ? [] : [excerptOf(pci.source, pci.words)])],
    }));
  } else if (model !== null && socName === null) {
    notices.push(ascendNotice("ascend.socNameUnknown", "warning", { subject, details: { model }, evidence: [excerptOf(chip.facts.sourceOf("model"), model)] }));
  }
  const byName = familyOfName({ model, npuName: chip.facts.get("npuName"), pciDeviceId: null });
  if (family !== null && byName !== null && byName !== family) {
    const difference = { field: "family", taken: family, takenFrom: chip.facts.sourceOf("pciDeviceId"), other: byName, otherFrom: chip.facts.sourceOf("model") };
    notices.push(...disagreementNotices(subject, [difference]));
  }
  if (accelerator.physicalId === null) {
    notices.push(ascendNotice("ascend.physicalIdUnknown", "warning", { subject, details: { npuId: chip.npuId, chipId: chip.chipId } }));
  }
  // One that met a fault while it was asked has that as its reason.
  if (accelerator.memory.totalBytes === null && chip.troubles.length === 0) notices.push(ascendNotice("ascend.memoryUnknown", "warning", { subject, details: { model: model ?? "" } }));
  return [...notices, ...memoryNotices(subject, chip.memory), ...disagreementNotices(subject, chip.facts.disagreements())];
}

export function disagreementNotices(subject: string, disagreements: readonly Disagreement[]): Notice[] {
  return disagreements.map(({ field, taken, takenFrom, other, otherFrom }) => ascendNotice("ascend.fieldDiffers", "warning", {
    subject, details: { field, taken, takenFrom, other, otherFrom }, evidence: [excerptOf(takenFrom, taken), excerptOf(otherFrom, other)],
  }));
}

function memoryNotices(subject: string, memories: PlacedNpu["chip"]["memory"]): Notice[] {
  const taken = smallest(memories);
  const other = memories.find(({ kind, totalBytes }) => taken !== null && kind === taken.kind && totalBytes !== taken.totalBytes);
  if (taken === null || other === undefined) return [];
  return [ascendNotice("ascend.memoryDiffers", "warning", {
    subject, details: { takenBytes: taken.totalBytes, takenFrom: taken.source, otherBytes: other.totalBytes, otherFrom: other.source },
    evidence: [excerptOf(taken.source, `${taken.totalBytes / 2 ** 20} MB`), excerptOf(other.source, `${other.totalBytes / 2 ** 20} MB`)],
  })];
}
