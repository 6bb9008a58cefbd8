import type { Machine } from "../../shared/schemas/machine.ts";
import { describeThisMachine } from "../pipeline/describe-machine.ts";
import type { Workbench } from "./workbench.ts";

/** For as long as a person goes from page to page: describing starts a dozen processes, which take two seconds beside a job at work. */
const KEPT_MS = 5000;

const kept = new WeakMap<Workbench, { readonly machine: Promise<Machine>; readonly atMs: number }>();

/** This machine without measuring, as it was a few seconds ago at most; pages that ask at once share one answer. */
export function machineHere(workbench: Workbench): Promise<Machine> {
  const known = kept.get(workbench);
  const nowMs = workbench.clock.ticks();
  if (known !== undefined && nowMs - known.atMs < KEPT_MS) return known.machine;
  const machine = describeThisMachine(workbench.host, workbench.files, { home: workbench.home.root, measure: false });
  kept.set(workbench, { machine, atMs: nowMs });
  machine.catch(() => kept.delete(workbench));
  return machine;
}
