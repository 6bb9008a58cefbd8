import type { InstructionSet } from "../../shared/schemas/machine.ts";
import type { EngineKind } from "../../shared/schemas/plan.ts";

/*
 * Every figure of the speed model that is not arithmetic, with where it comes from. Few on purpose: what they cannot explain shows as a miss in
 * test/plan/published-throughput.ts and not as another parameter.
 */

/** Shares of the peaks that engines reach on accelerators. */
export const ACCELERATOR_SHARES = {
  /** Huawei's own planner, memory 0.6 (Ascend/msmodeling device.py). */
  bandwidth: 0.6,
  /** That planner says 0.7; CloudMatrix384 reaches 0.33 in the prefill of R1 (6,688 tokens/s on 1,504 int8 TOPS, arXiv 2506.12708). Between the two, nearer the measured one. */
  compute: 0.4,
  /** That planner, communication 0.7. */
  communication: 0.7,
} as const;

/**
 * Time of a layer at batch 1 that neither bytes nor operations explain: starting kernels, small kernels, waiting for the slowest device. Fitted, one figure a family:
 * R1 on 8 H200 takes 15.85 ms a token (vLLM's recipe), of which bytes explain 1.6; R1 on an A3 gives 411 tokens/s at 16 sequences (vLLM-Ascend nightly). Blackwell is
 * taken as 0.6 of Hopper by the ratio of the two batch-1 rows of the TensorRT-LLM blog (158 and 274 tokens/s).
 */
export const LAYER_LATENCY_SECONDS = { nvidia: 230e-6, nvidiaBlackwell: 135e-6, ascend: 300e-6, ascend310P: 600e-6 } as const;

/** A layer of a stage on one device without partners to wait for: half, by the lack of anything measured. */
export const ALONE_LATENCY_SHARE = 0.5;

/** Between nodes, each device: 200 Gb/s RoCE on Ascend (msmodeling), 400 Gb/s InfiniBand on Nvidia. */
export const NODE_LINK_BYTES_PER_SECOND = { ascend: 25e9, nvidia: 50e9 } as const;

/** Shares of the measured read bandwidth that decoding reaches on a CPU: `bench:peers` on two cores of a Zen 5, MLA and experts in 4 bits, blocks of 32 and 128. */
export const CPU_BANDWIDTH_SHARE: Partial<Record<EngineKind, number>> = { onnx: 0.75, "llama.cpp": 0.8, vllm: 0.6 };

/** One node of the embedded engine's graph, busy or not: 471 nodes of the sample take 0.51 ms a step with weights that fit the cache of the processor. */
export const GRAPH_NODE_SECONDS = 1.05e-6;
/** The same in a step of a prompt, whose nodes wake every thread: the sample's prompts, whatever its weights are stored in. */
export const GRAPH_NODE_PREFILL_SECONDS = 5e-6;
/** A model whose weights all lie in the last-level cache reads them there: the sample in float32, 28 MB, decodes as if memory were four times as fast. */
export const CACHE_SPEEDUP = 4;
/** Bytes that travel for one attention score of a prompt: masked, soft-maxed, cut in two, applied; float32, read and written. */
export const SCORE_TRAFFIC_BYTES = 32;

interface CoreRates {
  /** Multiply-adds count two. */
  readonly int8PerSecond: number;
  readonly float32PerSecond: number;
}

/** Operations a second of one core in the kernels that the embedded engine takes; the first row is measured (`bench:peers`), the others follow from vector widths and are worth less. */
const CORE_RATES: readonly (readonly [InstructionSet, CoreRates])[] = [
  ["avx512_vnni", { int8PerSecond: 300e9, float32PerSecond: 120e9 }],
  ["avx_vnni", { int8PerSecond: 200e9, float32PerSecond: 60e9 }],
  ["avx512bw", { int8PerSecond: 150e9, float32PerSecond: 100e9 }],
  ["avx2", { int8PerSecond: 100e9, float32PerSecond: 60e9 }],
  ["i8mm", { int8PerSecond: 130e9, float32PerSecond: 40e9 }],
  ["dotprod", { int8PerSecond: 70e9, float32PerSecond: 30e9 }],
];
const PLAIN_CORE: CoreRates = { int8PerSecond: 20e9, float32PerSecond: 10e9 };

export function coreRates(instructionSets: readonly InstructionSet[]): CoreRates {
  return CORE_RATES.find(([set]) => instructionSets.includes(set))?.[1] ?? PLAIN_CORE;
}

/** llama.cpp's prefill over the embedded engine's: 145–173 against 197–237 tokens/s on the same cores. */
export const LLAMA_PREFILL_SHARE = 0.7;

/** Bands while nothing is recorded: measured over predicted. CPU: what the shares above leave open on one machine; accelerators: a factor of two either way, which the published rows mostly keep. */
export function priorBand(engine: EngineKind, kind: "cpu" | "nvidia" | "ascend"): { readonly low: number; readonly high: number } {
  if (kind !== "cpu") return { low: 0.5, high: 2 };
  return engine === "onnx" ? { low: 0.75, high: 1.25 } : { low: 0.65, high: 1.35 };
}
