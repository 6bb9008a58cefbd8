/**
 * What looking for Nvidia devices can have to say, each with what a program can act on. `words` are the tool's own, shortened. A number that is not known is −1, a
 * text that is not known is empty: details travel through JSON of other languages.
 */
export interface NvidiaNoticeDetails {
  // --- nothing, or nothing that works
  "nvidia.nothingFound": { lookedFor: string; notRecorded: string };
  "nvidia.toolMissing": { searched: string; traces: string };
  "nvidia.toolNotRecorded": { traces: string };
  "nvidia.toolNotExecutable": { program: string };
  "nvidia.toolTimedOut": { command: string; afterMs: number };
  "nvidia.toolCrashed": { command: string; signal: string };
  "nvidia.toolFailed": { command: string; exitCode: number; words: string };
  "nvidia.outputUnreadable": { command: string; words: string };
  "nvidia.outputCut": { command: string };
  "nvidia.driverNotLoaded": { loadedVersion: string; kernelDrivers: string };
  "nvidia.driverMismatch": { libraryVersion: string; loadedVersion: string };
  "nvidia.devicesLost": { words: string };
  "nvidia.notPermitted": { words: string };
  "nvidia.blockedBySystem": { words: string };
  "nvidia.libraryMissing": { words: string };
  "nvidia.noDevicesFound": { seenElsewhere: number };

  // --- one device
  "nvidia.gpuFault": { words: string };
  "nvidia.gpuNotListed": { busId: string; kernelDriver: string };
  "nvidia.gpuExcluded": { busId: string };
  "nvidia.otherDriver": { busId: string; kernelDriver: string };
  "nvidia.nodeDenied": { path: string; mode: string; owner: string; group: string };
  "nvidia.computeProhibited": { mode: string };
  "nvidia.gpuBusy": { processes: number };
  "nvidia.uncorrectedErrors": { errors: number };
  "nvidia.recoveryAdvised": { action: string };
  "nvidia.fieldUnreadable": { field: string; words: string };
  "nvidia.hostMemoryUsed": { model: string };
  "nvidia.memoryUnknown": { words: string };
  "nvidia.fabricNotReady": { state: string; status: string; fabricManager: string };
  "nvidia.noSlices": { mode: string };
  "nvidia.slicesUnknown": { mode: string };
  "nvidia.slicesShareMemory": { slices: string; totalBytes: number };
  "nvidia.sourcesDisagree": { field: string; first: string; firstSource: string; second: string; secondSource: string };

  // --- the machine
  "nvidia.fabricManagerInactive": { fabricManager: string; switches: number };
  "nvidia.cudaMissing": { words: string };
  "nvidia.uvmNodeMissing": { path: string };
  "nvidia.topologyUnknown": { words: string };
  "nvidia.visibleDevices": { variable: string; value: string; leftOut: string };
}

export type NvidiaNoticeCode = keyof NvidiaNoticeDetails;
