import { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import { Machine, MACHINE_FORMAT_VERSION } from "../../shared/schemas/machine.ts";
import type { PlanNote } from "../../shared/schemas/plan.ts";
import { planNote } from "./plan-note.ts";

/** Clocks of closed sites run wrong by hours, not by days. */
const CLOCK_TOLERANCE_MS = 24 * 3600 * 1000;

/** A site file's document, as a Machine. @throws plan.newerMachine for a later format, plan.machineInvalid naming the first field that is wrong */
export function parseMachine(document: unknown, file: string): Machine {
  const version = typeof document === "object" && document !== null && "formatVersion" in document ? document.formatVersion : undefined;
  if (typeof version === "number" && version > MACHINE_FORMAT_VERSION) throw new WorkbenchError("plan.newerMachine", { file, found: version, supported: MACHINE_FORMAT_VERSION });
  const parsed = Machine.safeParse(document);
  if (!parsed.success) throw new WorkbenchError("plan.machineInvalid", { file, reason: z.prettifyError(parsed.error).replaceAll("\n", " ").slice(0, 500) });
  return parsed.data;
}

/** What a machine says of itself that cannot be, or not yet: each becomes a stated assumption. @param nowMs since 1970 */
export function machineContradictions(machine: Machine, nowMs: number): PlanNote[] {
  const notes: PlanNote[] = [];
  const { cpu, memory, observation } = machine;
  const exceeds = (field: string, found: number | null, other: number | null): void => {
    if (found !== null && other !== null && found > other) notes.push(planNote("machine.contradiction", { field, found, other }));
  };
  if (observation.at !== null && Date.parse(observation.at) > nowMs + CLOCK_TOLERANCE_MS) notes.push(planNote("machine.fromTheFuture", { at: observation.at }));
  exceeds("cpu.cores", cpu.cores, cpu.threads);
  exceeds("cpu.usableThreads", cpu.usableThreads, cpu.threads);
  exceeds("memory.availableBytes", memory.availableBytes, memory.totalBytes);
  exceeds("memory.limitUsedBytes", memory.limitUsedBytes, memory.limitBytes);
  for (const accelerator of machine.accelerators) {
    exceeds(`${accelerator.id} memory.usedBytes`, accelerator.memory.usedBytes, accelerator.memory.totalBytes);
    exceeds(`${accelerator.id} memory.freeBytes`, accelerator.memory.freeBytes, accelerator.memory.totalBytes);
  }
  return notes;
}
