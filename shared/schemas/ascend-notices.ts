/**
 * What finding Ascend devices may have to say beside its findings: code → the details it carries. Words and next steps live with the hosts,
 * complete by these types.
 */
export interface AscendNoticeDetails {
  // --- nothing, or nothing usable
  "ascend.none": { lookedFor: string };
  "ascend.softwareOnly": { driver: string; cann: string };
  "ascend.driverMissing": { devices: number };
  "ascend.devicesHidden": { devices: number; where: string };
  "ascend.nodesMissing": { devices: number; nodes: string };
  "ascend.nodeDenied": { path: string; mode: string; owner: string; group: string };
  "ascend.companionMissing": { path: string };

  // --- the driver's tool answers with a fault, or not at all
  "ascend.driverUnreachable": { command: string; ret: number; nodes: number; deniedNodes: number; group: string };
  "ascend.heldByAnotherContainer": { command: string; ret: number; holders: string };
  "ascend.deviceQueryFailed": { command: string; ret: number };
  "ascend.toolMissing": { lookedAt: string };
  "ascend.toolNotExecutable": { command: string };
  "ascend.toolLibraryMissing": { command: string; library: string };
  "ascend.toolTimedOut": { command: string; afterMs: number };
  "ascend.toolKilled": { command: string; signal: string };
  "ascend.toolFailed": { command: string; exitCode: number };
  "ascend.toolNotRecorded": { devices: number };
  "ascend.outputNotUnderstood": { command: string };
  "ascend.outputCut": { command: string; incompleteRows: number };

  // --- sources that contradict each other; counts of -1: that source told nothing
  "ascend.countsDiffer": { npuSmi: number; pci: number; nodes: number };
  "ascend.memoryDiffers": { takenBytes: number; takenFrom: string; otherBytes: number; otherFrom: string };
  "ascend.fieldDiffers": { field: string; taken: string; takenFrom: string; other: string; otherFrom: string };

  // --- what a plan must know of a device
  "ascend.healthNotOk": { health: string };
  "ascend.memoryUnknown": { model: string };
  "ascend.chipUnknown": { model: string; pciDevice: string };
  "ascend.socNameUnknown": { model: string };
  "ascend.physicalIdUnknown": { npuId: number; chipId: number };
  "ascend.topologyUnmatched": { names: string };
  "ascend.visibleDevices": { variable: string; value: string };
}

export type AscendNoticeCode = keyof AscendNoticeDetails;
