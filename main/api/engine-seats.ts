import { WorkbenchError } from "../../shared/errors.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { describeThisMachine } from "../pipeline/describe-machine.ts";
import type { OpenContestant } from "./contestant.ts";
import type { Workbench } from "./workbench.ts";

/** Where one of two contestants gets its engine, and with how many cores. */
export interface EngineSeat {
  readonly createEngine: Workbench["createEngine"];
  readonly options: { readonly threads?: number };
}

/**
 * Seats for two at once. One package twice is one engine with two sequences; two packages are two engines, which share the cores, because threads that wait for each other's
 * cores are slower than half as many.
 * @throws engine.noRoomBeside
 */
export async function engineSeats(workbench: Workbench, [one, other]: readonly [OpenContestant, OpenContestant], threads: number | undefined): Promise<readonly [EngineSeat, EngineSeat]> {
  const first: EngineSeat = { createEngine: (model, options) => workbench.engines.borrow(model, options), options: threads === undefined ? {} : { threads } };
  if (one.kind !== "package" || other.kind !== "package" || isSame(one.package, other.package)) return [first, first];
  const share = { threads: Math.max(1, Math.floor((threads ?? workbench.threads) / 2)) };
  await requireRoom(workbench, one.package, other.package, share);
  return [{ ...first, options: share }, { createEngine: (model, options) => workbench.enginesBeside.borrow(model, options), options: share }];
}

const isSame = (one: ModelPackage, other: ModelPackage): boolean => one.digest === other.digest && one.directory === other.directory;

/** Weights that do not fit beside each other would push each other out of memory at every token. */
async function requireRoom(workbench: Workbench, one: ModelPackage, other: ModelPackage, options: { readonly threads: number }): Promise<void> {
  const { engines, enginesBeside, host, files, home } = workbench;
  if (engines.holds(one, options) && enginesBeside.holds(other, options)) return;
  const { memory: { usableBytes } } = await describeThisMachine(host, files, { home: home.root, measure: false });
  const neededBytes = weightBytes(one) + weightBytes(other);
  if (usableBytes !== null && neededBytes > usableBytes) throw new WorkbenchError("engine.noRoomBeside", { models: `${one.manifest.name}, ${other.manifest.name}`, neededBytes, usableBytes });
}

function weightBytes({ manifest }: ModelPackage): number {
  return manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
}
