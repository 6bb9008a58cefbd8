import type { Link, Notice } from "../../../shared/schemas/machine.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import type { NpuTopologyLink } from "./parse-npu-topology.ts";
import type { PlacedNpu } from "./place-npus.ts";

const TOPOLOGY = "npu-smi info -t topo";

/** Links between devices. "Phy-ID12" is davinci12; "NPU3" is the card, which must then be one device. What names no device that was found is said, not guessed. */
export function linkNpus(links: readonly NpuTopologyLink[], placed: readonly PlacedNpu[]): { readonly links: Link[]; readonly notices: Notice[] } {
  const strangers = new Set<string>();
  const notices: Notice[] = [];
  const found = links.flatMap(({ from, to, kind, reverseKind }) => {
    const ends = [from, to].map((name) => idOf(name, placed));
    if (ends[0] === null) strangers.add(from);
    if (ends[1] === null) strangers.add(to);
    const [fromId, toId] = ends;
    if (fromId == null || toId == null) return [];
    if (reverseKind !== null) {
      notices.push(ascendNotice("ascend.fieldDiffers", "warning", {
        subject: fromId, details: { field: `link to ${toId}`, taken: kind, takenFrom: `${TOPOLOGY}, row ${from}`, other: reverseKind, otherFrom: `${TOPOLOGY}, row ${to}` },
      }));
    }
    return [{ from: fromId, to: toId, kind, evidence: TOPOLOGY }];
  });
  if (strangers.size > 0) {
    const names = [...strangers].join(", ").slice(0, 1024);
    notices.push(ascendNotice("ascend.topologyUnmatched", "info", { subject: "ascend", details: { names }, evidence: [excerptOf(TOPOLOGY, names)] }));
  }
  return { links: found, notices };
}

function idOf(name: string, placed: readonly PlacedNpu[]): string | null {
  const number = Number(/[0-9]+$/.exec(name)?.[0]);
  const candidates = placed.filter(({ accelerator }) => (/^phy/i.test(name) ? accelerator.physicalId : accelerator.card) === number);
  return candidates.length === 1 ? (candidates[0]?.accelerator.id ?? null) : null;
}
