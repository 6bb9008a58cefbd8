import type { NvidiaNoticeCode, NvidiaNoticeDetails } from "../../../shared/schemas/nvidia-notices.ts";
import type { Notice } from "../../../shared/schemas/machine.ts";

/** How many characters of a tool's output a notice repeats: enough for the longest message of nvidia-smi, with its advice. */
const EXCERPT_CHARACTERS = 400;

const INFORMATION = ["nvidia.nothingFound", "nvidia.hostMemoryUsed", "nvidia.slicesShareMemory", "nvidia.topologyUnknown"] satisfies NvidiaNoticeCode[] as readonly NvidiaNoticeCode[];
const WARNINGS = [
  "nvidia.toolNotRecorded", "nvidia.outputCut", "nvidia.gpuNotListed", "nvidia.gpuExcluded", "nvidia.computeProhibited", "nvidia.gpuBusy", "nvidia.uncorrectedErrors", "nvidia.recoveryAdvised",
  "nvidia.fieldUnreadable", "nvidia.memoryUnknown", "nvidia.noSlices", "nvidia.slicesUnknown", "nvidia.sourcesDisagree", "nvidia.fabricManagerInactive", "nvidia.uvmNodeMissing", "nvidia.visibleDevices",
] satisfies NvidiaNoticeCode[] as readonly NvidiaNoticeCode[];

/** Where something was read, and the words that told it. */
export interface Telling {
  readonly source: string;
  readonly words: string | null;
}

export interface NoticeContent<C extends NvidiaNoticeCode> {
  /** An accelerator's id, or "nvidia" for all of them. */
  readonly subject: string;
  readonly details: NvidiaNoticeDetails[C];
  readonly told: readonly Telling[];
}

/** A notice about Nvidia devices; what is neither information nor a warning keeps a device from being used. */
export function nvidiaNotice<C extends NvidiaNoticeCode>(code: C, { subject, details, told }: NoticeContent<C>): Notice {
  const severity = INFORMATION.includes(code) ? "info" : WARNINGS.includes(code) ? "warning" : "problem";
  return { code, severity, subject, details: { ...details }, evidence: withoutRepeats(told).map(({ source, words }) => ({ source, excerpt: words === null ? null : excerptOf(words) })) };
}

/** Each command of a tool that cannot start says the same; one is enough. */
function withoutRepeats(told: readonly Telling[]): readonly Telling[] {
  return told.filter(({ words }, at) => words === null || told.findIndex((other) => other.words === words) === at);
}

/** The beginning of an output on one line, as a notice repeats it. */
export function excerptOf(output: string): string {
  const line = output.slice(0, 4096).trim().split(/\n/).map((each) => each.trim()).filter((each) => each !== "").join(" · ");
  return line.length > EXCERPT_CHARACTERS ? `${line.slice(0, EXCERPT_CHARACTERS - 1)}…` : line;
}
