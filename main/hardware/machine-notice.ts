import type { Notice } from "../../shared/schemas/machine.ts";
import type { MachineNoticeCode, MachineNoticeDetails } from "../../shared/schemas/machine-notices.ts";
import type { Disagreement } from "./facts.ts";

/** A notice as the machine schema has it, its details held to its code. */
export function machineNotice<C extends MachineNoticeCode>(
  code: C, severity: Notice["severity"], notice: { readonly subject: string; readonly details: MachineNoticeDetails[C]; readonly evidence?: Notice["evidence"] },
): Notice {
  return { code, severity, subject: notice.subject, details: { ...notice.details }, evidence: notice.evidence ?? [] };
}

export function disagreementNotices(subject: string, disagreements: readonly Disagreement[]): Notice[] {
  return disagreements.map((disagreement) => machineNotice("machine.sourcesDisagree", "warning", {
    subject,
    details: { ...disagreement },
    evidence: [{ source: disagreement.takenFrom, excerpt: disagreement.taken }, { source: disagreement.otherFrom, excerpt: disagreement.other }],
  }));
}
