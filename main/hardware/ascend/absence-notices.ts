import type { Notice } from "../../../shared/schemas/machine.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import type { Scene } from "./scene.ts";

const LOOKED_FOR = "processors 19e5:* of class 12xx on the PCI bus, /dev/davinciN, npu-smi, /usr/local/Ascend";

/** Nothing at all, or nothing but software. A tool that is there and fails is a trace of its own; its notice says why. */
export function absenceNotices({ placed, unlisted, software: { facts }, reading }: Scene): Notice[] {
  const isTraced = placed.length + unlisted.length > 0 || reading.notUnderstood !== null || reading.troubles.some(({ kind }) => kind !== "missing");
  if (isTraced) return [];
  const sources = Object.values(facts.evidence());
  if (sources.length === 0) return [ascendNotice("ascend.none", "info", { subject: "ascend", details: { lookedFor: LOOKED_FOR } })];
  return [ascendNotice("ascend.softwareOnly", "info", {
    subject: "ascend", details: { driver: facts.get("driver") ?? "", cann: facts.get("cann") ?? "" }, evidence: sources.map((source) => excerptOf(source, "")),
  })];
}
