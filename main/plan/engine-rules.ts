import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { Arrangement, EngineKind, PlanNote } from "../../shared/schemas/plan.ts";
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
  /** A prompt is one step, however long: MindIE refuses what is longer than maxPrefillTokens, so the launch file makes the step as long as the context. Others cut prompts into steps. */
  readonly wholePrompts: boolean;
  /** Context of the driver, communication buffers, captured graphs: a usual figure, not a measured one. */
  readonly runtimeBytes: number;
  /** Tokens of a cache page; sequences take whole pages. */
  readonly pageTokens: number;
  readonly spread: "tensor" | "layers";
  /** Sequences that one replica takes, whatever its memory; null: none known. llama.cpp: LLAMA_MAX_SEQ (its #15916). */
  readonly mostSequences: number | null;
  /** Pipeline stages decode different sequences at the same time. llama.cpp sends one batch through all devices before it samples; only prompts overlap. */
  readonly overlapsDecode: boolean;
  readonly cache8Bit: boolean;
  /** Keeps W_UK and W_UV in 16 bits beside kv_b_proj, for the absorbed form of decode. */
  readonly keepsAbsorbed: boolean;
  /** Its own words for several nodes; null: one node only. */
  readonly nodeMode: ((pipeline: number) => string) | null;
  /** Of several nodes, how many at most; null: none known. MindIE 2.3.0, "Multi-Node Inference": four. */
  readonly mostNodes: number | null;
}

export const ENGINE_RULES: Record<Exclude<EngineKind, "onnx">, EngineRule> = {
  "llama.cpp": { utilization: 0.95, ofFree: false, batchTokens: 512, wholePrompts: false, runtimeBytes: 0.5 * GIB, pageTokens: 256, spread: "layers", mostSequences: 256, overlapsDecode: false, cache8Bit: true, keepsAbsorbed: false, nodeMode: null, mostNodes: null },
  vllm: { utilization: 0.9, ofFree: false, batchTokens: 8192, wholePrompts: false, runtimeBytes: 2 * GIB, pageTokens: 64, spread: "tensor", mostSequences: null, overlapsDecode: true, cache8Bit: true, keepsAbsorbed: true, nodeMode: (pipeline) => (pipeline > 1 ? "nnodes" : "data-parallel ranks"), mostNodes: null },
  "vllm-ascend": { utilization: 0.9, ofFree: false, batchTokens: 4096, wholePrompts: false, runtimeBytes: 2 * GIB, pageTokens: 128, spread: "tensor", mostSequences: null, overlapsDecode: true, cache8Bit: false, keepsAbsorbed: true, nodeMode: (pipeline) => (pipeline > 1 ? "nnodes" : "data-parallel ranks"), mostNodes: null },
  sglang: { utilization: 0.9, ofFree: false, batchTokens: 8192, wholePrompts: false, runtimeBytes: 2.5 * GIB, pageTokens: 64, spread: "tensor", mostSequences: null, overlapsDecode: true, cache8Bit: true, keepsAbsorbed: true, nodeMode: () => "dist-init-addr", mostNodes: null },
  "tensorrt-llm": { utilization: 0.9, ofFree: true, batchTokens: 8192, wholePrompts: false, runtimeBytes: 3 * GIB, pageTokens: 64, spread: "tensor", mostSequences: null, overlapsDecode: true, cache8Bit: true, keepsAbsorbed: true, nodeMode: () => "mpi", mostNodes: null },
  mindie: { utilization: 0.8, ofFree: false, batchTokens: 8192, wholePrompts: true, runtimeBytes: 2 * GIB, pageTokens: 128, spread: "tensor", mostSequences: null, overlapsDecode: true, cache8Bit: false, keepsAbsorbed: true, nodeMode: () => "rank table", mostNodes: 4 },
};

/** Tokens of the longest prefill step. */
export function stepTokens(engine: Exclude<EngineKind, "onnx">, contextTokens: number): number {
  const { batchTokens, wholePrompts } = ENGINE_RULES[engine];
  return wholePrompts ? Math.max(batchTokens, contextTokens) : batchTokens;
}

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
  if (pool.kind === "ascend" && pool.device?.family === "310P" && attention.kind === "mla") notes.push(planNote("engine.unverifiedChip", { engine, chip: "310P" }));
  if (engine === "vllm" && pool.kind === "cpu") notes.push(planNote("engine.vllmCpu", { engine }));
  return notes;
}

/** What a person must know of an engine that is spread so. */
export function spreadNotes(engine: EngineKind, { attention }: ModelSpec, { parallelism, memory }: Pick<Arrangement, "parallelism" | "memory">): PlanNote[] {
  if (engine === "onnx" || engine === "llama.cpp") return [];
  const notes: PlanNote[] = [];
  // Its FAQ: what tensor parallelism leaves to a device counts.
  const heads = attention.headCount / parallelism.tensor;
  if (engine === "vllm-ascend" && attention.kind === "mla" && ![32, 64, 128].includes(heads)) notes.push(planNote("engine.ascendEager", { engine, heads }));
  const takenBytes = memory.parts.find(({ part }) => part === "taken")?.bytes ?? 0;
  const { ofFree, utilization } = ENGINE_RULES[engine];
  // The share is of all memory, and an engine that finds less free than that stops before it loads anything (vLLM: "Free memory on device … is less than desired GPU memory utilization").
  const share = Math.floor((100 * (memory.capacityBytes - takenBytes)) / memory.capacityBytes) / 100;
  if (!ofFree && share < utilization) notes.push(planNote("engine.lowerUtilization", { engine, takenBytes, share }));
  return notes;
}
