import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { EngineKind, PlanNote } from "../../shared/schemas/plan.ts";
import type { DevicePool } from "./device-pools.ts";
import { planNote } from "./plan-note.ts";

const GIB = 2 ** 30;

/** What an engine keeps for itself on each device, and how it spreads a model. Sources: notes in each line; vendors' documents unless said. */
export interface EngineRule {
  /** Share of a device's memory that it takes for everything (vLLM: gpu_memory_utilization; MindIE: NPU_MEMORY_FRACTION; SGLang: mem_fraction_static and its graphs). */
  readonly utilization: number;
  /** true: the share is of what is free once the weights are loaded (TensorRT-LLM's free_gpu_memory_fraction). */
  readonly ofFree: boolean;
  /** Tokens of a prefill step, which the activations are sized for (max_num_batched_tokens, maxPrefillTokens, ubatch). */
  readonly batchTokens: number;
  /** Context of the driver, communication buffers, captured graphs: a usual figure, not a measured one. */
  readonly runtimeBytes: number;
  /** Tokens of a cache page; sequences take whole pages. */
  readonly pageTokens: number;
  readonly spread: "tensor" | "layers";
  readonly cache8Bit: boolean;
  /** Keeps W_UK and W_UV in 16 bits beside kv_b_proj, for the absorbed form of decode. */
  readonly keepsAbsorbed: boolean;
  /** Its own words for several nodes; null: one node only. */
  readonly nodeMode: ((pipeline: number) => string) | null;
}

export const ENGINE_RULES: Record<Exclude<EngineKind, "onnx">, EngineRule> = {
  "llama.cpp": { utilization: 0.95, ofFree: false, batchTokens: 512, runtimeBytes: 0.5 * GIB, pageTokens: 256, spread: "layers", cache8Bit: true, keepsAbsorbed: false, nodeMode: null },
  vllm: { utilization: 0.9, ofFree: false, batchTokens: 8192, runtimeBytes: 2 * GIB, pageTokens: 64, spread: "tensor", cache8Bit: true, keepsAbsorbed: true, nodeMode: (pipeline) => (pipeline > 1 ? "ray" : "data-parallel ranks") },
  "vllm-ascend": { utilization: 0.9, ofFree: false, batchTokens: 4096, runtimeBytes: 2 * GIB, pageTokens: 128, spread: "tensor", cache8Bit: false, keepsAbsorbed: true, nodeMode: (pipeline) => (pipeline > 1 ? "ray" : "data-parallel ranks") },
  sglang: { utilization: 0.9, ofFree: false, batchTokens: 8192, runtimeBytes: 2.5 * GIB, pageTokens: 64, spread: "tensor", cache8Bit: true, keepsAbsorbed: true, nodeMode: () => "dist-init-addr" },
  "tensorrt-llm": { utilization: 0.9, ofFree: true, batchTokens: 8192, runtimeBytes: 3 * GIB, pageTokens: 64, spread: "tensor", cache8Bit: true, keepsAbsorbed: true, nodeMode: () => "mpi" },
  mindie: { utilization: 0.8, ofFree: false, batchTokens: 8192, runtimeBytes: 2 * GIB, pageTokens: 128, spread: "tensor", cache8Bit: false, keepsAbsorbed: true, nodeMode: () => "rank table" },
};

/** 310P and first-generation cards have no bfloat16; the small inference chips run no language model engine at all. */
const ASCEND_FAMILIES: Partial<Record<EngineKind, readonly string[]>> = {
  "vllm-ascend": ["910B", "910C", "950", "310P"],
  sglang: ["910B", "910C"],
  mindie: ["910B", "910C", "310P"],
  "llama.cpp": ["910B", "910C", "310P"],
};

/** Why an engine cannot run a model on a pool of devices; null: it can. */
export function cannotRun(engine: EngineKind, { attention, moe, layers, vocabSize }: ModelSpec, pool: DevicePool): PlanNote | null {
  const at = { engine, device: pool.label };
  if (engine === "onnx") return pool.kind === "cpu" ? null : planNote("engine.cpuOnly", at);
  if (engine === "tensorrt-llm" && pool.kind !== "nvidia") return planNote("engine.needsNvidia", at);
  if (engine === "vllm" && pool.kind === "ascend") return planNote("engine.needsNvidia", at);
  if ((engine === "vllm-ascend" || engine === "mindie") && pool.kind !== "ascend") return planNote("engine.needsAscend", at);
  if (engine === "sglang" && pool.kind === "cpu") return planNote("engine.needsAccelerator", at);
  const families = ASCEND_FAMILIES[engine];
  if (pool.kind === "ascend" && (pool.device === null || families?.includes(pool.device.family) !== true)) return planNote("engine.chipUnsupported", { ...at, chip: pool.device?.family ?? "unknown" });
  if (engine !== "llama.cpp") return null;
  if (attention.kind !== "mla") return null;
  // The loader asks for a query rank unless the layers are those of V2-Lite, Moonlight or GLM-4.7-Flash.
  const queryless = layers.length === 26 || layers.length === 27 || (layers.length === 48 && vocabSize === 128256);
  if (attention.qLoraRank === null && !queryless) return planNote("engine.llamaQueryRank", { ...at, layers: layers.length });
  if (moe !== null && moe.sharedIntermediateSize === 0) return planNote("engine.llamaSharedExpert", at);
  if (pool.kind === "ascend" && attention.qLoraRank === null) return planNote("engine.llamaCannV2Lite", at);
  return null;
}

/** What a person must know of an engine that can. */
export function engineNotes(engine: EngineKind, { attention, moe }: ModelSpec, pool: DevicePool): PlanNote[] {
  const notes: PlanNote[] = [];
  // Its two best experts score a group, whatever the model was trained with.
  if (engine === "llama.cpp" && moe?.router.groups?.scoredBy === "max") notes.push(planNote("engine.llamaGroupScore", { engine }));
  if (engine === "vllm-ascend" && attention.kind === "mla" && ![32, 64, 128].includes(attention.headCount)) notes.push(planNote("engine.ascendEager", { engine, heads: attention.headCount }));
  if (pool.kind === "ascend" && pool.device?.family === "310P" && attention.kind === "mla") notes.push(planNote("engine.unverifiedChip", { engine, chip: "310P" }));
  if (engine === "vllm" && pool.kind === "cpu") notes.push(planNote("engine.vllmCpu", { engine }));
  return notes;
}
