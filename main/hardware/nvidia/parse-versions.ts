import { textOf, versionOf } from "./tool-value.ts";

export interface ToolVersions {
  readonly driver: string | undefined;
  readonly cuda: string | undefined;
  /** What stood for CUDA where no version did: "N/A", "ERR!". */
  readonly cudaWords: string | undefined;
}

/** Driver 610 renamed "Driver Version" to "KMD Version" and "CUDA Version" to "CUDA UMD Version", and keeps the old names with prose behind them. */
const DRIVER = [/\bKMD version\s*:\s*(\S+)/i, /\bdriver version\s*:\s*(\S+)/i];
const CUDA = [/\bCUDA UMD version\s*:\s*(\S+)/i, /\bCUDA version\s*:\s*(\S+)/i];

/** Versions from the head of the table or from `nvidia-smi --version`. */
export function parseVersions(text: string): ToolVersions {
  const told = (patterns: readonly RegExp[]): string[] => patterns.flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
  const cuda = told(CUDA);
  const version = cuda.map((each) => versionOf(each)).find((each) => each !== undefined);
  return {
    driver: told(DRIVER).map((each) => versionOf(each)).find((each) => each !== undefined),
    cuda: version,
    cudaWords: version === undefined ? cuda.find((word) => textOf(word) === undefined) : undefined,
  };
}

/** "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue …", or "Open Kernel Module for x86_64  580.126.09": the first word with dots and digits only. */
export function parseModuleVersion(text: string): string | undefined {
  const line = /^NVRM version:(.*)$/m.exec(text)?.[1];
  return line?.split(/\s+/).map((word) => versionOf(word)).find((word) => word !== undefined);
}
