import type { Notice } from "../../../shared/schemas/machine.ts";
import { ascendNotice, excerptOf } from "./ascend-notice.ts";
import { NPU_SMI_PATHS } from "./ascend-probes.ts";
import type { NpuTrouble } from "./npu-trouble.ts";

/** What stands around the tool and explains its trouble. */
export interface TroubleContext {
  readonly subject: string;
  /** Nodes that are there; -1: not recorded. */
  readonly nodes: number;
  readonly deniedNodes: number;
  readonly group: string;
  /** Who holds devices, by the driver's own account; empty where it may not be read. */
  readonly holders: string;
}

/** One notice for each kind of trouble: four questions that fail alike are one thing to know. */
export function troubleNotices(troubles: readonly NpuTrouble[], context: TroubleContext): Notice[] {
  const kinds = new Map<string, NpuTrouble>();
  for (const trouble of troubles) if (!kinds.has(trouble.kind)) kinds.set(trouble.kind, trouble);
  return [...kinds.values()].map((trouble) => noticeOf(trouble, context));
}

function noticeOf(trouble: NpuTrouble, { subject, nodes, deniedNodes, group, holders }: TroubleContext): Notice {
  const { command } = trouble;
  const evidence = [excerptOf(command, trouble.words)];
  switch (trouble.kind) {
    case "missing": return ascendNotice("ascend.toolMissing", "problem", { subject, details: { lookedAt: NPU_SMI_PATHS.join(", ") }, evidence });
    case "notExecutable": return ascendNotice("ascend.toolNotExecutable", "problem", { subject, details: { command }, evidence });
    case "libraryMissing": return ascendNotice("ascend.toolLibraryMissing", "problem", { subject, details: { command, library: trouble.library }, evidence });
    case "driverUnreachable": return ascendNotice("ascend.driverUnreachable", "problem", { subject, details: { command, ret: trouble.ret, nodes, deniedNodes, group }, evidence });
    case "heldElsewhere": return ascendNotice("ascend.heldByAnotherContainer", "problem", { subject, details: { command, ret: trouble.ret, holders }, evidence });
    case "deviceQueryFailed": return ascendNotice("ascend.deviceQueryFailed", "warning", { subject, details: { command, ret: trouble.ret }, evidence });
    case "timedOut": return ascendNotice("ascend.toolTimedOut", "problem", { subject, details: { command, afterMs: trouble.afterMs }, evidence });
    case "killed": return ascendNotice("ascend.toolKilled", "problem", { subject, details: { command, signal: trouble.signal }, evidence });
    case "failed": return ascendNotice("ascend.toolFailed", "warning", { subject, details: { command, exitCode: trouble.exitCode }, evidence });
    default: return trouble satisfies never;
  }
}
