/** What a plan must be read with: code → its details. main/plan makes them, each host has the words. */
export interface PlanNoteDetails {
  /** `reason`: partitioned, noMemory, or the state that detection found (busy, denied, broken, hidden). */
  "machine.deviceLeftOut": { device: string; reason: string };
  "machine.deviceUnknown": { device: string };
  "machine.sharedMemory": { device: string; bytes: number };
  "machine.unequalMemory": { device: string; bytes: number };
  "machine.memoryUnknown": Record<string, never>;
  "machine.freeMemoryUnknown": { share: number; bytes: number };
  "machine.bandwidthUnknown": Record<string, never>;
  "machine.threadsUnknown": Record<string, never>;
  "machine.contradiction": { field: string; found: number; other: number };
  "machine.fromTheFuture": { at: string };
  "machine.preset": Record<string, never>;
  "plan.evenRouting": Record<string, never>;
  "plan.noSpeculation": { layers: number };
  "plan.windowCachedWhole": { window: number };
  "plan.configOnly": Record<string, never>;
  "plan.othersFromCheckpoint": Record<string, never>;
  "engine.cpuOnly": { engine: string; device: string };
  "engine.needsNvidia": { engine: string; device: string };
  "engine.needsAscend": { engine: string; device: string };
  "engine.needsAccelerator": { engine: string; device: string };
  "engine.chipUnsupported": { engine: string; device: string; chip: string };
  "engine.noPrecision": { engine: string; device: string };
  "engine.llamaQueryRank": { engine: string; device: string; layers: number };
  "engine.llamaSharedExpert": { engine: string; device: string };
  "engine.llamaCannV2Lite": { engine: string; device: string };
  "engine.llamaGroupScore": { engine: string };
  "engine.ascendEager": { engine: string; heads: number };
  "engine.unverifiedChip": { engine: string; chip: string };
  "engine.vllmCpu": { engine: string };
  "engine.cacheLimit": { engine: string; cacheBytes: number; limitBytes: number };
}

export type PlanNoteCode = keyof PlanNoteDetails;
