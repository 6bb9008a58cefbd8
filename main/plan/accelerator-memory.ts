import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { DeviceMemory, EngineKind, MemoryPart, Parallelism } from "../../shared/schemas/plan.ts";
import { cacheNumbersPerLayer, cacheShards } from "./cache-width.ts";
import type { DevicePool } from "./device-pools.ts";
import { ENGINE_RULES, stepTokens } from "./engine-rules.ts";
import type { Precision } from "./precisions.ts";
import { memoryPartOf } from "./weight-shapes.ts";

export interface AcceleratorLoad {
  readonly engine: Exclude<EngineKind, "onnx">;
  readonly spec: ModelSpec;
  readonly precision: Precision;
  readonly layout: Parallelism;
  readonly pool: DevicePool;
  readonly cacheBits: 8 | 16;
  readonly contextTokens: number;
  readonly concurrency: number;
}

/** Sequences whose logits are computed at once: engines size their scratch for it whatever comes (vLLM's default max_num_seqs). */
const LOGIT_ROWS = 256;
/** Rows of the hidden state that a step holds at once in 16 bits: residual, normed, q, k, v, attended and their copies. Rough. */
const HIDDEN_COPIES = 16;

/** Bytes of one sequence's cache on a device of its replica. */
export function sequenceCacheBytes({ engine, spec, layout, cacheBits }: AcceleratorLoad, tokens: number): number {
  const { pageTokens } = ENGINE_RULES[engine];
  const pages = Math.ceil(tokens / pageTokens);
  return pages * pageTokens * cacheNumbersPerLayer(spec) * (cacheBits / 8) * stageLayers(spec, layout) / cacheShards(spec, layout.tensor);
}

export const stageLayers = (spec: ModelSpec, { pipeline }: Parallelism): number => Math.ceil(spec.layers.length / pipeline);

/** Memory of the fullest device, part by part. */
export function acceleratorMemory(load: AcceleratorLoad): DeviceMemory {
  const { engine, spec, layout, pool, concurrency, contextTokens, cacheBits } = load;
  const rule = ENGINE_RULES[engine];
  const capacityBytes = pool.capacityBytes;
  const weights = weightParts(load);
  const sequences = Math.ceil(concurrency / layout.data);
  const cache: MemoryPart = {
    part: "cache", bytes: sequences * sequenceCacheBytes(load, contextTokens),
    derivation: {
      formula: spec.attention.kind === "mla" ? "⌈C / dp⌉ × S × ⌈L / pp⌉ × (R + P) × b" : "⌈C / dp⌉ × S × ⌈L / pp⌉ × 2 H_kv d × b / min(tp, H_kv)",
      terms: { C: concurrency, S: contextTokens, L: spec.layers.length, width: cacheNumbersPerLayer(spec), b: cacheBits / 8, dp: layout.data, pp: layout.pipeline, tp: layout.tensor, page: rule.pageTokens },
    },
  };
  const runtime: MemoryPart = { part: "runtime", bytes: rule.runtimeBytes, derivation: { formula: "stated per engine", terms: {} } };
  const parts = [...weights, cache, activations(load), runtime];
  // What is taken already lies inside the share that the engine leaves alone, as far as that goes.
  const taken = pool.takenBytes;
  const fixedBytes = parts.reduce((sum, { part, bytes }) => (part === "cache" ? sum : sum + bytes), 0);
  const reserve = rule.ofFree ? (1 - rule.utilization) * Math.max(0, capacityBytes - taken - fixedBytes) : Math.max(0, (1 - rule.utilization) * capacityBytes - taken);
  parts.push(
    { part: "taken", bytes: taken, derivation: { formula: "in use before", terms: {} } },
    { part: "reserve", bytes: reserve, derivation: { formula: rule.ofFree ? "(1 − u) × (total − weights − activations − runtime)" : "(1 − u) × total − taken", terms: { u: rule.utilization, total: capacityBytes } } },
  );
  const usedBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return { capacityBytes, usedBytes, freeBytes: capacityBytes - usedBytes, parts };
}

/** Attention and MLPs are cut by tensor parallelism, experts over all devices of a stage; down-projections to latents, norms and routers are whole on each. */
function weightParts({ engine, spec, precision, layout }: AcceleratorLoad): MemoryPart[] {
  const { tensor, pipeline, expert } = layout;
  const layers = spec.layers.length;
  const ofStage = stageLayers(spec, layout) / layers;
  const experts = spec.moe === null ? 1 : Math.ceil(spec.moe.expertCount / expert) / spec.moe.expertCount;
  const kvHeads = spec.attention.kind === "gqa" ? Math.min(tensor, spec.attention.kvHeadCount) : tensor;
  const sums = new Map<MemoryPart["part"], number>();
  for (const { weightClass, bytes } of precision.classes) {
    const part = memoryPartOf(weightClass as Parameters<typeof memoryPartOf>[0]);
    const share = weightClass.startsWith("experts.") ? experts * ofStage
      : weightClass === "q_a_proj" || weightClass === "kv_a_proj" || part === "weights.other" ? ofStage
      // The first stage has the embedding, the last the head: with several no device has both.
      : part === "weights.embedding" ? 1 / tensor
      : weightClass === "k_proj" || weightClass === "v_proj" ? ofStage / kvHeads
      : ofStage / tensor;
    const bytesHere = bytes * share;
    sums.set(part, part === "weights.embedding" && pipeline > 1 ? Math.max(sums.get(part) ?? 0, bytesHere) : (sums.get(part) ?? 0) + bytesHere);
  }
  if (ENGINE_RULES[engine].keepsAbsorbed && spec.attention.kind === "mla") {
    const { headCount, nopeHeadDim, valueHeadDim, kvLoraRank } = spec.attention;
    sums.set("weights.attention", (sums.get("weights.attention") ?? 0) + (2 * stageLayers(spec, layout) * headCount * (nopeHeadDim + valueHeadDim) * kvLoraRank) / tensor);
  }
  const formulas: Partial<Record<MemoryPart["part"], string>> = {
    "weights.experts": "bytes × ⌈E / ep⌉ / E × ⌈L / pp⌉ / L",
    "weights.attention": spec.attention.kind === "mla" ? "(bytes / tp + latent projections + absorbed halves in 16 bits / tp) × ⌈L / pp⌉ / L" : "bytes / tp × ⌈L / pp⌉ / L",
    "weights.mlp": "bytes / tp × ⌈L / pp⌉ / L", "weights.embedding": "bytes / tp", "weights.other": "bytes × ⌈L / pp⌉ / L",
  };
  return [...sums].map(([part, bytes]) => ({ part, bytes, derivation: { formula: formulas[part] ?? "bytes", terms: { bytes: totalOf(precision, part), tp: tensor, ep: expert, pp: pipeline, L: layers, E: spec.moe?.expertCount ?? 0 } } }));
}

const totalOf = (precision: Precision, part: MemoryPart["part"]): number => precision.classes.reduce((sum, entry) => (memoryPartOf(entry.weightClass as Parameters<typeof memoryPartOf>[0]) === part ? sum + entry.bytes : sum), 0);

/** T tokens of a prefill step: copies of the hidden state, the chosen experts' inputs and widths, and the logits of a full batch in float32. */
function activations({ engine, spec, layout, contextTokens }: AcceleratorLoad): MemoryPart {
  const T = stepTokens(engine, contextTokens);
  const { hiddenSize: D, vocabSize: V, moe } = spec;
  const widest = spec.layers.reduce((width, layer) => Math.max(width, layer.kind === "dense" ? layer.intermediateSize : 0), 0);
  const K = moe?.expertsPerToken ?? 0;
  const I = moe?.expertIntermediateSize ?? 0;
  const bytes = 2 * T * (HIDDEN_COPIES * D + Math.max((3 * widest) / layout.tensor, K * (2 * D + 3 * I))) + (4 * LOGIT_ROWS * V) / layout.tensor;
  return { part: "activations", bytes, derivation: { formula: "2 T (16 D + max(3 I_dense / tp, K (2 D + 3 I))) + 4 × 256 V / tp", terms: { T, D, K, I, I_dense: widest, V, tp: layout.tensor } } };
}
