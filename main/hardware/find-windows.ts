import type { Cpu } from "../../shared/schemas/machine.ts";
import type { Host } from "../domain/host.ts";
import { boundedText } from "./bounded.ts";

/** What the environment of a Windows process tells of its processors. Memory and disks would need programs that sites lock down; they stay unknown. */
export function findWindowsCpu(host: Host): Cpu {
  const processors = host.env("NUMBER_OF_PROCESSORS") ?? "";
  const threads = /^[1-9]\d{0,4}$/.test(processors) ? Number(processors) : null;
  // "Intel64 Family 6 Model 85 Stepping 7, GenuineIntel"
  const [model, vendor] = host.env("PROCESSOR_IDENTIFIER")?.split(", ").map(boundedText) ?? [];
  return {
    model: model ?? null, vendor: vendor ?? null, sockets: null, cores: null, threads, usableThreads: null, instructionSets: [], l3CacheBytes: null,
    evidence: { ...(threads === null ? {} : { threads: "$NUMBER_OF_PROCESSORS" }), ...(model === undefined ? {} : { model: "$PROCESSOR_IDENTIFIER" }) },
  };
}
