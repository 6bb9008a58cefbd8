import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { EngineKind } from "../../shared/schemas/plan.ts";
import { cacheNumbersPerLayer } from "./cache-width.ts";
import type { DevicePool } from "./device-pools.ts";
import type { EmbeddedForm } from "./embedded-memory.ts";
import { type ModelWork, touchedExperts } from "./model-work.ts";
import type { PlannedModel } from "./planned-model.ts";
import type { Precision } from "./precisions.ts";
import { CACHE_SPEEDUP, coreRates, CPU_BANDWIDTH_SHARE, GRAPH_NODE_PREFILL_SECONDS, GRAPH_NODE_SECONDS, LLAMA_PREFILL_SHARE, SCORE_TRAFFIC_BYTES } from "./speed-figures.ts";
import { type SpeedEstimate, stepSeconds, type StepTime } from "./speed-estimate.ts";

/** Prompt tokens of a step. */
const CHUNK_TOKENS = { onnx: 256, other: 512 } as const;

/** llama.cpp and vLLM run all experts of a layer as one operation. */
const OTHERS_NODES_PER_LAYER = 30;

export interface CpuLoad {
  readonly engine: EngineKind;
  readonly model: PlannedModel;
  readonly pool: DevicePool;
  readonly precision: Precision;
  /** Of the embedded engine. */
  readonly form: EmbeddedForm | null;
  readonly cacheBits: number;
  readonly contextTokens: number;
  readonly concurrency: number;
}

interface ReadWeights {
  readonly commonBytes: number;
  readonly expertBytes: number;
}

/**
 * Roofline of the processors: bytes over the measured read bandwidth, operations over what the kernels do per core, and the nodes of the graph. The embedded engine
 * lets sequences take turns, so its rate is that of one; the others run them as one batch. @returns null where nobody measured the bandwidth
 */
export function cpuSpeed(load: CpuLoad, work: ModelWork): SpeedEstimate | null {
  const { engine, model, pool, contextTokens, concurrency } = load;
  const { spec } = model;
  if (pool.bandwidthBytesPerSecond === null || pool.threads === 0) return null;
  const bandwidth = pool.bandwidthBytesPerSecond * (CPU_BANDWIDTH_SHARE[engine] ?? 1);
  const weights = readWeights(load);
  const rates = coreRates(pool.instructionSets);
  const int8 = rates.int8PerSecond * pool.threads * (engine === "onnx" ? 1 : LLAMA_PREFILL_SHARE);
  const float32 = rates.float32PerSecond * pool.threads;
  const linear = load.precision.computesIn === "int8" ? int8 : float32;
  const nodes = load.form?.nodes ?? spec.layers.length * OTHERS_NODES_PER_LAYER;
  const latency = nodes * GRAPH_NODE_SECONDS;
  const batch = engine === "onnx" ? 1 : concurrency;

  // MLA's row is key and value at once and is read for both.
  const cacheBytes = contextTokens * cacheNumbersPerLayer(spec) * spec.layers.length * (load.cacheBits / 8) * (spec.attention.kind === "mla" ? 2 : 1);
  const weightBandwidth = weights.commonBytes + weights.expertBytes <= pool.lastCacheBytes ? bandwidth * CACHE_SPEEDUP : bandwidth;
  const bytes = weights.commonBytes + weights.expertBytes * touchedExperts(spec, batch);
  const decode: StepTime = {
    bandwidth: bytes / weightBandwidth + (batch * cacheBytes) / bandwidth,
    compute: batch * ((work.commonOperations + work.expertOperations) / linear + (contextTokens * work.decodePerContextToken) / float32),
    communication: 0, latency,
  };
  const tokens = Math.min(engine === "onnx" ? CHUNK_TOKENS.onnx : CHUNK_TOKENS.other, Math.max(1, contextTokens));
  const perContextToken = engine === "onnx" ? absorbedPrefill(spec, work) : work.prefillPerContextToken;
  // Half the context lies behind a prompt's average token.
  const scores = tokens * (contextTokens / 2);
  const prefill: StepTime = {
    bandwidth: (weights.commonBytes + weights.expertBytes * touchedExperts(spec, tokens)) / weightBandwidth + (scores * spec.layers.length * spec.attention.headCount * SCORE_TRAFFIC_BYTES) / bandwidth,
    compute: tokens * ((work.commonOperations + work.expertOperations) / linear) + scores * (perContextToken / float32),
    communication: 0,
    latency: engine === "onnx" ? nodes * GRAPH_NODE_PREFILL_SECONDS : latency,
  };
  // A step of a prompt reads first and multiplies then: measured, the two do not hide each other here.
  const chunkSeconds = prefill.bandwidth + prefill.compute + prefill.latency;
  const prompt = Math.max(1, Math.floor(contextTokens / 2));
  const system = batch / stepSeconds(decode);
  return {
    decodeTokensPerSecond: system, decodeTokensPerSecondEach: system / concurrency,
    prefillTokensPerSecond: tokens / chunkSeconds,
    timeToFirstTokenMs: (1000 * chunkSeconds * prompt) / tokens,
    decode, prefill,
    derivation: {
      formula: "max((bytes + B × cache) / (share × W), operations / F) + nodes × 1.05 µs",
      terms: { bytes, cache: cacheBytes, W: pool.bandwidthBytesPerSecond, share: CPU_BANDWIDTH_SHARE[engine] ?? 1, operations: batch * (work.commonOperations + work.expertOperations), F: linear, nodes, B: batch },
    },
  };
}

/** The embedded engine prefills in the absorbed form too, and applies the scores to the whole row [R + P]. */
function absorbedPrefill({ attention, layers }: ModelSpec, work: ModelWork): number {
  return attention.kind === "mla" ? 4 * layers.length * attention.headCount * (attention.kvLoraRank + attention.ropeHeadDim) : work.prefillPerContextToken;
}

function readWeights({ form, model, precision }: CpuLoad): ReadWeights {
  if (form !== null) return form;
  const of = (isExpert: boolean): number => precision.classes.reduce((sum, { weightClass, bytes }) => (weightClass.startsWith("experts.") === isExpert && (weightClass !== "embed_tokens" || model.spec.tiedEmbeddings) ? sum + bytes : sum), 0);
  return { commonBytes: of(false), expertBytes: of(true) };
}
