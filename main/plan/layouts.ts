import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { EngineKind, Parallelism, PlanGoal } from "../../shared/schemas/plan.ts";
import type { DevicePool } from "./device-pools.ts";
import { ENGINE_RULES } from "./engine-rules.ts";

/**
 * The ways in which an engine can spread a model over a pool: tensor parallelism inside a node and only where it divides the heads, the rest as data-parallel
 * replicas that share the experts, or as pipeline stages: on one node of GPUs whatever their number, across nodes one stage a node with all its devices (what the
 * engines' guides show, and the launch files write), on Ascend none within a node. Fewer devices than there are count too. Experts that do not come out even are refused by SGLang and
 * TensorRT-LLM at the start; vLLM would run them with one device holding more than its share.
 */
export function layouts(engine: Exclude<EngineKind, "onnx">, { attention, moe, layers }: ModelSpec, pool: DevicePool, goal: Pick<PlanGoal, "nodes">): Parallelism[] {
  const { spread, nodeMode, mostNodes } = ENGINE_RULES[engine];
  const ways: Parallelism[] = [];
  const add = (devices: number, nodes: number, tensor: number, pipeline: number): void => {
    const data = devices / (tensor * pipeline);
    if (!Number.isInteger(data) || pipeline > layers.length || (pool.kind !== "cpu" && !pool.spreads && devices > 1)) return;
    // Its attention is data-parallel over all of tp_size or over none (Mapping: dp_size is tp_size under enable_attention_dp).
    if (engine === "tensorrt-llm" && data > 1 && tensor > 1) return;
    // More devices than experts: some experts are there twice (CloudMatrix384 runs R1 so, on 320).
    const expert = moe === null || spread === "layers" ? 1 : Math.min(tensor * data, moe.expertCount);
    if (moe !== null && moe.expertCount % expert !== 0) return;
    const mode = nodes === 1 || nodeMode === null ? null : nodeMode(pipeline);
    if (!ways.some((way) => way.devices === devices && way.nodes === nodes && way.tensor === tensor && way.pipeline === pipeline)) ways.push({ devices, nodes, tensor, data, pipeline, expert, mode });
  };
  for (const onNode of deviceCounts(pool.count)) {
    if (spread === "layers") add(onNode, 1, 1, onNode);
    else spreadOver(onNode, 1, attention, (tensor) => (pool.kind === "nvidia" ? onNode / tensor : 1), add);
  }
  const isStaged = nodeMode !== null && engine !== "mindie";
  if (goal.nodes > 1 && goal.nodes <= (mostNodes ?? goal.nodes) && nodeMode !== null && pool.kind !== "cpu") spreadOver(pool.count, goal.nodes, attention, (tensor) => (isStaged && tensor === pool.count ? goal.nodes : 1), add);
  return ways;
}

function spreadOver(onNode: number, nodes: number, attention: ModelSpec["attention"], stages: (tensor: number) => number, add: (devices: number, nodes: number, tensor: number, pipeline: number) => void): void {
  const devices = onNode * nodes;
  for (let tensor = 1; tensor <= onNode; tensor++) {
    if (onNode % tensor !== 0 || !dividesHeads(attention, tensor)) continue;
    for (const pipeline of new Set([1, stages(tensor)])) add(devices, nodes, tensor, pipeline);
  }
}

/** Each device has as many query heads as the next; of KV heads too, or all the copies of one (vLLM, SGLang and MindIE stop at anything else). */
function dividesHeads(attention: ModelSpec["attention"], tensor: number): boolean {
  if (attention.headCount % tensor !== 0) return false;
  if (attention.kind === "mla") return true;
  return attention.kvHeadCount % tensor === 0 || tensor % attention.kvHeadCount === 0;
}

/** Powers of two, and all of them. */
function deviceCounts(most: number): number[] {
  const counts = new Set<number>();
  for (let count = 1; count <= most; count *= 2) counts.add(count);
  return [...counts.add(most)];
}
