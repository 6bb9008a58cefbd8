import type { Notice } from "../../../shared/schemas/machine.ts";
import type { NvidiaNoticeDetails } from "../../../shared/schemas/nvidia-notices.ts";
import type { SmiAnswer } from "./ask-nvidia-smi.ts";
import { explainFailure, type FailureCode } from "./explain-failure.ts";
import { excerptOf, nvidiaNotice } from "./nvidia-notice.ts";
import { NVIDIA_SMI_PROGRAMS } from "./nvidia-probes.ts";
import { versionOf } from "./tool-value.ts";

/** What other sources know, which makes a failure's reason plain. */
export interface FailureContext {
  readonly program: string;
  /** Of the loaded module; "" where none is, or it does not say. */
  readonly loadedVersion: string;
  /** Kernel drivers that hold Nvidia's devices. */
  readonly kernelDrivers: string;
  /** How many GPUs bus and driver show. */
  readonly seenElsewhere: number;
  readonly traces: string;
}

export interface Failure {
  readonly code: FailureCode;
  readonly answers: readonly SmiAnswer[];
}

/** Answers without a GPU by their reason, the reason of the first answer first. */
export function failuresOf(answers: readonly SmiAnswer[]): Failure[] {
  const byCode = new Map<FailureCode, SmiAnswer[]>();
  for (const answer of answers) {
    const code = explainFailure(answer);
    if (code !== null) byCode.set(code, [...(byCode.get(code) ?? []), answer]);
  }
  return [...byCode].map(([code, failed]) => ({ code, answers: failed }));
}

export function failureNotice({ code, answers }: Failure, context: FailureContext): Notice {
  const [first] = answers;
  const details = first === undefined ? {} : detailsOf(code, first, context);
  return nvidiaNotice(code, { subject: "nvidia", details: details as NvidiaNoticeDetails[FailureCode], told: answers.map(({ source, words }) => ({ source, words: words.trim() === "" ? null : words })) });
}

function detailsOf(code: FailureCode, { source: command, run, words: all }: SmiAnswer, context: FailureContext): NvidiaNoticeDetails[FailureCode] {
  const words = excerptOf(all);
  switch (code) {
    case "nvidia.toolMissing":
      return { searched: NVIDIA_SMI_PROGRAMS.join(", "), traces: context.traces };
    case "nvidia.toolNotExecutable":
      return { program: context.program };
    case "nvidia.toolTimedOut":
      return { command, afterMs: run.kind === "timedOut" ? run.afterMs : -1 };
    case "nvidia.toolCrashed":
      return { command, signal: run.kind === "signalled" ? run.signal : "" };
    case "nvidia.toolFailed":
      return { command, exitCode: run.kind === "exited" ? run.exitCode : -1, words };
    case "nvidia.outputUnreadable":
      return { command, words };
    case "nvidia.driverNotLoaded":
      return { loadedVersion: context.loadedVersion, kernelDrivers: context.kernelDrivers };
    case "nvidia.driverMismatch":
      return { libraryVersion: versionOf(/NVML library version:\s*(\S+)/i.exec(all)?.[1]) ?? "", loadedVersion: context.loadedVersion };
    case "nvidia.noDevicesFound":
      return { seenElsewhere: context.seenElsewhere };
    default:
      return { words };
  }
}
