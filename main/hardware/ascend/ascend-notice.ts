import type { AscendNoticeCode, AscendNoticeDetails } from "../../../shared/schemas/ascend-notices.ts";
import type { Notice } from "../../../shared/schemas/machine.ts";

/** Enough to recognise the words of a tool by; a whole table would bury them. */
const EXCERPT_CHARACTERS = 400;

/** A notice as the machine schema has it, its details held to its code. */
export function ascendNotice<C extends AscendNoticeCode>(
  code: C, severity: Notice["severity"], notice: { readonly subject: string; readonly details: AscendNoticeDetails[C]; readonly evidence?: Notice["evidence"] },
): Notice {
  return { code, severity, subject: notice.subject, details: { ...notice.details }, evidence: notice.evidence ?? [] };
}

/** Words as they were seen, for `evidence`. */
export function excerptOf(source: string, words: string): Notice["evidence"][number] {
  const shown = words.trim();
  return { source, excerpt: shown === "" ? null : shown.length > EXCERPT_CHARACTERS ? `${shown.slice(0, EXCERPT_CHARACTERS)}…` : shown };
}
