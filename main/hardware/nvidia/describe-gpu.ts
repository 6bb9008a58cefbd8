import type { Accelerator, AcceleratorState } from "../../../shared/schemas/machine.ts";
import { type Sightings, told } from "./join-sightings.ts";
import { knownModel } from "./known-models.ts";
import type { DeviceNode } from "./read-device-nodes.ts";
import { isMasked, toolValue } from "./tool-value.ts";

export interface GpuContext {
  readonly id: string;
  readonly node: DeviceNode | null;
  /** From the topology, where sysfs does not tell. */
  readonly numaNode: { readonly value: number; readonly source: string } | null;
  readonly state: AcceleratorState;
}

/** One GPU as all sources together describe it. */
export function describeGpu(gpu: Sightings, { id, node, numaNode, state }: GpuContext): Accelerator {
  const evidence: Record<string, string> = {};
  const take = <T>(field: string, found: { readonly value: T; readonly source: string } | null): T | null => {
    if (found === null) return null;
    evidence[field] = found.source;
    return found.value;
  };
  const model = take("model", told(gpu, "name"));
  const capability = told(gpu, "computeCapability") ?? known(model);
  const memory = memoryOf(gpu);
  if (node !== null) evidence["node"] = node.path;
  return {
    id, vendor: "nvidia", family: "nvidia", model, socName: null, computeCapability: take("computeCapability", capability),
    index: take("index", told(gpu, "index")), card: null, die: null, physicalId: null,
    uuid: take("uuid", realUuid(gpu)), serial: take("serial", told(gpu, "serial")), busId: take("busId", told(gpu, "busId")),
    numaNode: take("numaNode", told(gpu, "numaNode") ?? numaNode), parentId: null, isPartitioned: take("isPartitioned", told(gpu, "isPartitioned")) ?? false,
    memory: {
      kind: take("memoryKind", memory.kind), totalBytes: take("totalBytes", memory.total), usedBytes: take("usedBytes", told(gpu, "usedBytes")), freeBytes: take("freeBytes", told(gpu, "freeBytes")),
    },
    health: take("health", healthOf(gpu)), node, state, evidence,
  };
}

/**
 * A total of its own, and the kind of memory. A device whose tool says that there is none (GB10, integrated ones, some under WSL) works in the host's memory; one that
 * is known to have its own and does not tell how much only fails to answer.
 */
export function memoryOf(gpu: Sightings): { readonly total: { value: number; source: string } | null; readonly kind: { value: NonNullable<Accelerator["memory"]["kind"]>; source: string } | null } {
  const said = told(gpu, "totalBytes");
  const total = said !== null && said.value > 0 ? said : null;
  const name = told(gpu, "name")?.value;
  const model = name === undefined ? null : knownModel(name);
  if (model !== null) return { total, kind: { value: model.memoryKind, source: `known of ${name}` } };
  const words = told(gpu, "memoryWords");
  const isNone = said?.value === 0 || (words !== null && toolValue(words.value).kind === "absent" && (told(gpu, "faults")?.value ?? []).length === 0);
  return { total, kind: total === null && isNone ? { value: "shared", source: words?.source ?? said?.source ?? "" } : null };
}

function known(model: string | null): { readonly value: string; readonly source: string } | null {
  const found = model === null ? null : knownModel(model);
  return found === null ? null : { value: found.computeCapability, source: `known of ${model}` };
}

function realUuid(gpu: Sightings): { readonly value: string; readonly source: string } | null {
  const sighting = gpu.find(({ uuid }) => uuid !== undefined && !isMasked(uuid));
  return sighting?.uuid === undefined ? null : { value: sighting.uuid, source: sighting.source };
}

/** No tool of Nvidia's gives a verdict; what speaks against a device stands here. */
function healthOf(gpu: Sightings): { readonly value: string; readonly source: string } | null {
  const faulty = gpu.find(({ faults }) => faults !== undefined && faults.length > 0);
  if (faulty !== undefined) return { value: faulty.faults?.join("; ").slice(0, 1000) ?? "", source: faulty.source };
  const action = told(gpu, "recoveryAction");
  if (action !== null) return { value: `recovery advised: ${action.value}`, source: action.source };
  const errors = told(gpu, "uncorrectedErrors");
  return errors !== null && errors.value > 0 ? { value: `${errors.value} uncorrected ECC errors`, source: errors.source } : null;
}
