import type { Accelerator } from "../../../shared/schemas/machine.ts";
import type { AscendSoftware } from "./find-ascend-software.ts";
import type { PlacedNpu, Surroundings } from "./place-npus.ts";
import type { NpuReading } from "./read-npus.ts";

/** Everything that the search has seen, for the notices to judge. */
export interface Scene extends Surroundings {
  readonly reading: NpuReading;
  readonly placed: readonly PlacedNpu[];
  /** Devices that the driver's tool does not list. */
  readonly unlisted: readonly Accelerator[];
  readonly software: AscendSoftware;
  /** Who holds devices, by the driver's own account; empty where nobody does or it may not be read. */
  readonly holders: string;
}

/** Nodes that are there; none where nobody recorded them. */
export function nodesOf({ nodes }: Scene): readonly NonNullable<Accelerator["node"]>[] {
  return [...(nodes.devices?.values() ?? [])];
}
