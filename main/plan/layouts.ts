import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { EngineKind, Parallelism, PlanGoal } from "../../shared/schemas/plan.ts";
import type { DevicePool } from "./device-pools.ts";
import { ENGINE_RULES } from "./engine-rules.ts";

/**
 * The ways in which an engine can spread a model over a pool: tensor parallelism inside a node and only where it divides the heads, the rest as data-parallel
 * replicas that share the experts, or as pipeline stages. Fewer devices than there are count too.
 */
export function layouts(engine: Exclude<EngineKind, "onnx">, { attention, moe, layers }: ModelSpec, pool: DevicePool, goal: Pick<PlanGoal, "nodes">): Parallelism[] {
  const { spread, nodeMode } = ENGINE_RULES[engine];
  const ways: Parallelism[] = [];
  const add = (devices: number, nodes: number, tensor: number, pipeline: number): void => {
    const data = devices / (tensor * pipeline);
    if (!Number.isInteger(data) || pipeline > layers.length || (pool.kind !== "cpu" && !pool.spreads && devices > 1)) return;
    const expert = moe === null || spread === "layers" ? 1 : Math.min(tensor * data, moe.expertCount);
    const mode = nodes === 1 || nodeMode === null ? null : nodeMode(pipeline);
    if (!ways.some((way) => way.devices === devices && way.nodes === nodes && way.tensor === tensor && way.pipeline === pipeline)) ways.push({ devices, nodes, tensor, data, pipeline, expert, mode });
  };
  for (const onNode of deviceCounts(pool.count)) {
    if (spread === "layers") add(onNode, 1, 1, onNode);
    else spreadOver(onNode, 1, attention.headCount, add);
  }
  if (goal.nodes > 1 && nodeMode !== null && pool.kind !== "cpu") spreadOver(pool.count, goal.nodes, attention.headCount, add);
  return ways;
}

function spreadOver(onNode: number, nodes: number, heads: number, add: (devices: number, nodes: number, tensor: number, pipeline: number) => void): void {
  const devices = onNode * nodes;
  for (let tensor = 1; tensor <= onNode; tensor++) {
    if (onNode % tensor !== 0 || heads % tensor !== 0) continue;
    for (const pipeline of new Set([1, nodes, devices / tensor])) add(devices, nodes, tensor, pipeline);
  }
}

/** Powers of two, and all of them. */
function deviceCounts(most: number): number[] {
  const counts = new Set<number>();
  for (let count = 1; count <= most; count *= 2) counts.add(count);
  return [...counts.add(most)];
}
