import { type Sightings, told } from "./join-sightings.ts";
import { isMasked } from "./tool-value.ts";

/**
 * A name of its own for each GPU: its UUID; where that is unknown, masked or claimed by another, its place on the bus, its index, its node.
 */
export function assignIds(gpus: readonly Sightings[]): string[] {
  const taken = new Set<string>();
  return gpus.map((gpu, at) => {
    const uuid = gpu.find((sighting) => sighting.uuid !== undefined && !isMasked(sighting.uuid))?.uuid;
    const minor = told(gpu, "minor")?.value;
    const names = [uuid, told(gpu, "busId")?.value, told(gpu, "index")?.value, minor === undefined ? undefined : `minor-${minor}`, `gpu-${at}`];
    const id = names.filter((name) => name !== undefined).map((name) => `nvidia:${name}`).find((name) => !taken.has(name)) ?? `nvidia:gpu-${at}`;
    taken.add(id);
    return id;
  });
}
