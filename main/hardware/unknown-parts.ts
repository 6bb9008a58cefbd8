import type { Cpu, Memory, Platform } from "../../shared/schemas/machine.ts";

/* What stands in a machine for a part that could not be found out. */

export const UNKNOWN_PLATFORM: Platform = { hostName: null, os: "other", architecture: "other", kernel: null, distribution: null, libc: null, container: null, virtualization: null, evidence: {} };
export const UNKNOWN_CPU: Cpu = { model: null, vendor: null, sockets: null, cores: null, threads: null, usableThreads: null, instructionSets: [], l3CacheBytes: null, evidence: {} };
export const UNKNOWN_MEMORY: Memory = {
  totalBytes: null, availableBytes: null, limitBytes: null, limitUsedBytes: null, usableBytes: null, swapBytes: null, hugePages: [], readBandwidth: null, evidence: {},
};
