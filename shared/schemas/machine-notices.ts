/**
 * What finding the machine itself may have to say beside its findings: code → the details it carries. Accelerators have lists of their own. A number that is not known is −1:
 * details travel through JSON of other languages. Words and next steps live with the hosts, complete by these types.
 */
export interface MachineNoticeDetails {
  // --- parts that could not be found out
  "machine.partFailed": { part: string; reason: string };
  "machine.partTimedOut": { part: string; afterMs: number };
  "machine.systemPartlyKnown": { os: string; unknown: string };
  "machine.architectureUnsupported": { architecture: string };
  "machine.sourcesDisagree": { field: string; taken: string; takenFrom: string; other: string; otherFrom: string };

  // --- processors
  "cpu.unknown": { lookedAt: string };
  "cpu.limitedByQuota": { usableThreads: number; threads: number };
  "cpu.limitedByAffinity": { usableThreads: number; threads: number };
  "cpu.limitsUnknown": { threads: number };
  "cpu.coresDiffer": { missingFromSome: string };

  // --- memory
  "memory.unknown": { lookedAt: string };
  "memory.limited": { limitBytes: number; totalBytes: number; limitPath: string };
  "memory.limitAboveTotal": { limitBytes: number; totalBytes: number; limitPath: string };
  "memory.parentHasLessRoom": { parentPath: string; parentRoomBytes: number; roomBytes: number };
  "memory.pageCacheUnknown": { limitPath: string; usedBytes: number };
  "memory.hugePagesReserved": { reservedBytes: number; freeBytes: number };
  "memory.bandwidthNotMeasured": { reason: string };
  "numa.nodesWithoutProcessors": { nodes: number; memoryBytes: number };

  // --- disks
  "disk.unknown": { lookedAt: string };
  "disk.sizesUnknown": { disks: number };
  "disk.sizesTimedOut": { afterMs: number };
  "disk.network": { filesystem: string };
  "disk.largestFile": { filesystem: string; largestFileBytes: number };
  "disk.readRateNotMeasured": { directory: string; reason: string };
}

export type MachineNoticeCode = keyof MachineNoticeDetails;
