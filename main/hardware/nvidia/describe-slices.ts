import type { Accelerator, Notice } from "../../../shared/schemas/machine.ts";
import type { SliceSighting } from "./gpu-sighting.ts";
import type { Sightings } from "./join-sightings.ts";
import { nvidiaNotice } from "./nvidia-notice.ts";
import { isMasked } from "./tool-value.ts";

const INHERITED = ["model", "computeCapability", "busId", "numaNode", "memoryKind", "health", "node"];

interface Told {
  readonly slice: SliceSighting;
  readonly source: string;
}

/** The MIG devices of one GPU. They take their GPU's place as devices; what they hold of its memory is their own. */
export function describeSlices(gpu: Sightings, parent: Accelerator): { readonly slices: readonly Accelerator[]; readonly notices: readonly Notice[] } {
  const byIndex = new Map<number, Told[]>();
  for (const { slices, source } of gpu) for (const slice of slices ?? []) byIndex.set(slice.index, [...(byIndex.get(slice.index) ?? []), { slice, source }]);
  const described = [...byIndex].sort(([a], [b]) => a - b).map(([index, sightings]) => ({ accelerator: describeSlice(index, sightings, parent), instance: first(sightings, "gpuInstance")?.value }));
  return { slices: described.map(({ accelerator }) => accelerator), notices: [...emptyNotice(gpu, parent, described.length), ...sharing(described, parent)] };
}

function describeSlice(index: number, sightings: readonly Told[], parent: Accelerator): Accelerator {
  const evidence: Record<string, string> = {};
  const take = <F extends keyof SliceSighting>(field: F): NonNullable<SliceSighting[F]> | null => {
    const found = first(sightings, field);
    if (found !== null) evidence[field] = found.source;
    return found?.value ?? null;
  };
  const uuid = take("uuid");
  const profile = take("profile");
  const [gpuInstance, computeInstance] = [take("gpuInstance"), take("computeInstance")];
  // Where the GPU's own id was masked, so were its slices'.
  const realUuid = uuid === null || parent.uuid === null || isMasked(uuid) ? null : uuid;
  const place = gpuInstance !== null && computeInstance !== null ? `gi${gpuInstance}/ci${computeInstance}` : `${index}`;
  return {
    ...parent, id: realUuid === null ? `${parent.id}/${place}` : `nvidia:${realUuid}`, parentId: parent.id, isPartitioned: false, index, uuid: realUuid, serial: null,
    // As NVML names a slice.
    model: parent.model === null ? null : profile === null ? `${parent.model} MIG` : `${parent.model} MIG ${profile}`,
    memory: { kind: parent.memory.kind, totalBytes: take("totalBytes"), usedBytes: take("usedBytes"), freeBytes: take("freeBytes") },
    evidence: { ...inherited(parent.evidence), ...evidence },
  };
}

/** Who told what a slice has from its GPU. */
function inherited(evidence: Accelerator["evidence"]): Record<string, string> {
  return Object.fromEntries(Object.entries(evidence).filter(([field]) => INHERITED.includes(field)));
}

function first<F extends keyof SliceSighting>(sightings: readonly Told[], field: F): { readonly value: NonNullable<SliceSighting[F]>; readonly source: string } | null {
  for (const { slice, source } of sightings) {
    const value = slice[field];
    if (value !== undefined && value !== null) return { value, source };
  }
  return null;
}

/** CUDA finds no device on a GPU in MIG mode that was never cut up; whether it was, the query alone does not tell. */
function emptyNotice(gpu: Sightings, parent: Accelerator, count: number): Notice[] {
  const looked = gpu.filter(({ slices }) => slices !== undefined);
  if (!parent.isPartitioned || count > 0) return [];
  if (looked.length === 0) return [nvidiaNotice("nvidia.slicesUnknown", { subject: parent.id, details: { mode: "MIG" }, told: [{ source: parent.evidence["isPartitioned"] ?? "", words: null }] })];
  return [nvidiaNotice("nvidia.noSlices", { subject: parent.id, details: { mode: "MIG" }, told: looked.map(({ source }) => ({ source, words: null })) })];
}

/** Compute instances of one GPU instance divide its cores and share its memory: adding their totals up would count it twice. */
function sharing(described: readonly { readonly accelerator: Accelerator; readonly instance: number | undefined }[], parent: Accelerator): Notice[] {
  const groups = Map.groupBy(described.filter(({ instance }) => instance !== undefined), ({ instance }) => instance);
  return [...groups.values()].filter((group) => group.length > 1).map((group) => nvidiaNotice("nvidia.slicesShareMemory", {
    subject: parent.id,
    details: { slices: group.map(({ accelerator }) => accelerator.id).join(", ").slice(0, 4000), totalBytes: group[0]?.accelerator.memory.totalBytes ?? -1 },
    told: [{ source: group[0]?.accelerator.evidence["gpuInstance"] ?? "", words: null }],
  }));
}
