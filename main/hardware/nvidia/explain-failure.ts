import type { NvidiaNoticeCode } from "../../../shared/schemas/nvidia-notices.ts";
import type { SmiAnswer } from "./ask-nvidia-smi.ts";

/** Why the tool gave no GPU. */
export type FailureCode = Extract<
  NvidiaNoticeCode,
  | "nvidia.toolMissing" | "nvidia.toolNotExecutable" | "nvidia.toolTimedOut" | "nvidia.toolCrashed" | "nvidia.toolFailed" | "nvidia.outputUnreadable" | "nvidia.driverNotLoaded"
  | "nvidia.driverMismatch" | "nvidia.devicesLost" | "nvidia.notPermitted" | "nvidia.blockedBySystem" | "nvidia.libraryMissing" | "nvidia.noDevicesFound"
>;

/** nvidia-smi's own sentences, which it does not translate; then a shell's, which may stand in a paste. */
const SENTENCES: readonly (readonly [pattern: RegExp, code: FailureCode])[] = [
  [/couldn't communicate with the NVIDIA driver|Failed to initialize NVML: (?:NVIDIA )?Driver (?:is )?Not Loaded/i, "nvidia.driverNotLoaded"],
  [/Driver\/library version mismatch/i, "nvidia.driverMismatch"],
  [/couldn't find libnvidia-ml|libnvidia-ml\.so|NVML Shared Library Not Found/i, "nvidia.libraryMissing"],
  [/blocked by the operating system/i, "nvidia.blockedBySystem"],
  [/Failed to initialize NVML: Insufficient Permissions/i, "nvidia.notPermitted"],
  [/Failed to initialize NVML: Unknown Error/i, "nvidia.devicesLost"],
  [/No devices were found|No devices found/i, "nvidia.noDevicesFound"],
  [/nvidia-smi['’]?:? (?:command )?not found|nvidia-smi: No such file|not recognized as an internal|executable file not found/i, "nvidia.toolMissing"],
  [/nvidia-smi['’]?: Permission denied/i, "nvidia.toolNotExecutable"],
];
/** nvidia-smi's exit statuses where its words say nothing we know; 126 and 127 are a shell's. */
const STATUSES: Readonly<Record<number, FailureCode>> = { 4: "nvidia.notPermitted", 6: "nvidia.noDevicesFound", 9: "nvidia.driverNotLoaded", 12: "nvidia.libraryMissing", 126: "nvidia.toolNotExecutable", 127: "nvidia.toolMissing" };

/** What an answer without any GPU means; null: nothing is recorded of this command. */
export function explainFailure({ run, words }: SmiAnswer): FailureCode | null {
  const said = SENTENCES.find(([pattern]) => pattern.test(words))?.[1];
  switch (run.kind) {
    case "notRecorded":
      return null;
    case "missing":
      return "nvidia.toolMissing";
    case "denied":
      return "nvidia.toolNotExecutable";
    case "timedOut":
      return said ?? "nvidia.toolTimedOut";
    case "signalled":
      return said ?? "nvidia.toolCrashed";
    case "exited":
      return said ?? STATUSES[run.exitCode] ?? (run.exitCode === 0 ? "nvidia.outputUnreadable" : "nvidia.toolFailed");
  }
}
