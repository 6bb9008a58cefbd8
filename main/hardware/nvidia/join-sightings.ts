import type { GpuSighting } from "./gpu-sighting.ts";
import { isMasked } from "./tool-value.ts";

/** All that was said of one GPU, the most trusted source first. */
export type Sightings = readonly [GpuSighting, ...GpuSighting[]];

/**
 * Puts together what several sources say of the same GPU. A bus id decides where both have one, then the UUID, then the index; a UUID that was masked is everybody's
 * and decides nothing but a last doubt. Two sources with no identity in common stay two GPUs: those that have more of it are looked at first to bring the others together.
 * @param sightings in the order of trust, which each GPU keeps
 */
export function joinSightings(sightings: readonly GpuSighting[]): Sightings[] {
  const gpus: GpuSighting[][] = [];
  const byIdentity = [...sightings].sort((a, b) => identities(b) - identities(a));
  for (const sighting of byIdentity) {
    const same = gpus.find((gpu) => isSame(gpu, sighting)) ?? gpus.find((gpu) => isLikely(gpu, sighting));
    if (same === undefined) gpus.push([sighting]);
    else same.push(sighting);
  }
  return gpus.map((gpu) => gpu.sort((a, b) => sightings.indexOf(a) - sightings.indexOf(b)) as [GpuSighting, ...GpuSighting[]]).sort(inOrder);
}

/** What the most trusted source that says anything of a field says. */
export function told<F extends keyof GpuSighting>(gpu: Sightings, field: F): { readonly value: NonNullable<GpuSighting[F]>; readonly source: string } | null {
  for (const sighting of gpu) {
    const value = sighting[field];
    if (value !== undefined && value !== null) return { value, source: sighting.source };
  }
  return null;
}

function uuidOf({ uuid }: GpuSighting): string | undefined {
  return uuid === undefined || isMasked(uuid) ? undefined : uuid.toLowerCase();
}

/** What tells GPUs apart, the most certain first. */
const KEYS: readonly ((sighting: GpuSighting) => string | number | undefined)[] = [({ busId }) => busId, uuidOf, ({ index }) => index];

function identities(sighting: GpuSighting): number {
  return KEYS.filter((key) => key(sighting) !== undefined).length;
}

function isSame(gpu: readonly GpuSighting[], sighting: GpuSighting): boolean {
  for (const key of KEYS) {
    const wanted = key(sighting);
    const known = gpu.map((each) => key(each)).find((value) => value !== undefined);
    if (wanted !== undefined && known !== undefined) return wanted === known;
  }
  return false;
}

/** Sources that agree on a masked UUID and contradict each other in nothing. */
function isLikely(gpu: readonly GpuSighting[], sighting: GpuSighting): boolean {
  const differs = KEYS.some((key) => gpu.some((each) => key(each) !== undefined && key(sighting) !== undefined && key(each) !== key(sighting)));
  if (differs || gpu.some(({ source }) => source === sighting.source)) return false;
  return sighting.uuid !== undefined && gpu.some((each) => each.uuid === sighting.uuid);
}

/** By the tool's index, then by place on the bus. */
function inOrder(a: Sightings, b: Sightings): number {
  const index = (gpu: Sightings): number => told(gpu, "index")?.value ?? Number.MAX_SAFE_INTEGER;
  const bus = (gpu: Sightings): string => told(gpu, "busId")?.value ?? "~";
  return index(a) - index(b) || (bus(a) < bus(b) ? -1 : bus(a) > bus(b) ? 1 : 0);
}
