import type { EngineKind } from "../../shared/schemas/plan.ts";

/** A throughput that somebody published, and what of its conditions the source tells. */
interface PublishedThroughput {
  readonly name: string;
  readonly source: string;
  readonly model: "DeepSeek V3";
  readonly machine: string;
  readonly nodes: number;
  readonly engine: Exclude<EngineKind, "onnx">;
  readonly precision: string;
  readonly cacheBits: 8 | 16;
  readonly tensor: number;
  readonly data: number;
  /** Half-way through an answer. */
  readonly contextTokens: number;
  readonly concurrency: number;
  readonly measure: "decode" | "prefill";
  readonly tokensPerSecond: number;
  /** Published over predicted, where it lies outside the band of two either way, to one digit; null: inside. */
  readonly miss: number | null;
  readonly why: string;
}

const VLLM_ASCEND = "vllm-ascend nightly";
const TRT = "TensorRT-LLM blog";
const CLOUDMATRIX = "arXiv 2506.12708";

/*
 * Not compared: the lab of docs.gpustack.ai (R1 on 8 H200, 17,691 and 19,024 "total" tokens/s): prompts and answers are counted together, and neither lengths nor
 * concurrency of its "medium" load are told.
 */
export const PUBLISHED_THROUGHPUT: readonly PublishedThroughput[] = [
  { name: "R1 W8A8 on an A3, DP2 TP8, 3.5k/1.5k", source: VLLM_ASCEND, model: "DeepSeek V3", machine: "a3x16", nodes: 1, engine: "vllm-ascend", precision: "w8a8", cacheBits: 16, tensor: 8, data: 2, contextTokens: 4250, concurrency: 32, measure: "decode", tokensPerSecond: 656.6, miss: null, why: "concurrency is not stated: 16 a rank (max-num-seqs); with MTP of one token" },
  { name: "R1 W8A8 QuaRot on an A3, 16 at once", source: VLLM_ASCEND, model: "DeepSeek V3", machine: "a3x16", nodes: 1, engine: "vllm-ascend", precision: "w8a8", cacheBits: 16, tensor: 8, data: 2, contextTokens: 4250, concurrency: 16, measure: "decode", tokensPerSecond: 411, miss: null, why: "the latency of an Ascend layer was fitted to it" },
  { name: "V3.1 BF16 on two A3, DP4 TP8", source: VLLM_ASCEND, model: "DeepSeek V3", machine: "a3x16", nodes: 2, engine: "vllm-ascend", precision: "bf16", cacheBits: 16, tensor: 8, data: 4, contextTokens: 3756, concurrency: 64, measure: "decode", tokensPerSecond: 647.3, miss: null, why: "concurrency and prompt are not stated: 16 a rank, 3.5k as in the other rows" },
  { name: "R1 FP8 on 8 H200, one sequence, 8k/1k", source: "vLLM recipe", model: "DeepSeek V3", machine: "h200x8", nodes: 1, engine: "vllm", precision: "fp8", cacheBits: 16, tensor: 8, data: 1, contextTokens: 8704, concurrency: 1, measure: "decode", tokensPerSecond: 1000 / 15.85, miss: null, why: "the latency of a Hopper layer was fitted to it" },
  { name: "R1 FP8 on 8 H200, one sequence, MTP3", source: TRT, model: "DeepSeek V3", machine: "h200x8", nodes: 1, engine: "tensorrt-llm", precision: "fp8", cacheBits: 16, tensor: 8, data: 1, contextTokens: 2048, concurrency: 1, measure: "decode", tokensPerSecond: 158, miss: 2.5, why: "three guessed tokens a step, which the plan leaves out, give about 2.4 tokens a step" },
  { name: "R1 FP8 on 8 H200, 1k/2k, 1024 at once", source: TRT, model: "DeepSeek V3", machine: "h200x8", nodes: 1, engine: "tensorrt-llm", precision: "fp8", cacheBits: 16, tensor: 1, data: 8, contextTokens: 2048, concurrency: 1024, measure: "decode", tokensPerSecond: 11_489, miss: null, why: "prompts are prefilled in between, which the plan's decode speed does not count" },
  { name: "R1 FP4 on 8 B200, one sequence, MTP", source: TRT, model: "DeepSeek V3", machine: "b200x8", nodes: 1, engine: "tensorrt-llm", precision: "nvfp4", cacheBits: 8, tensor: 8, data: 1, contextTokens: 2048, concurrency: 1, measure: "decode", tokensPerSecond: 274, miss: 2.6, why: "guessed tokens, as above" },
  { name: "R1 FP4 on 8 B200, 7168 at once", source: TRT, model: "DeepSeek V3", machine: "b200x8", nodes: 1, engine: "tensorrt-llm", precision: "nvfp4", cacheBits: 8, tensor: 1, data: 8, contextTokens: 2048, concurrency: 7168, measure: "decode", tokensPerSecond: 43_146, miss: 0.3, why: "prefill in between, and experts' matrices of 224 rows that are far from the peak" },
  { name: "R1 INT8 on CloudMatrix384, prefill, a card", source: CLOUDMATRIX, model: "DeepSeek V3", machine: "a3x16", nodes: 1, engine: "vllm-ascend", precision: "w8a8", cacheBits: 16, tensor: 1, data: 16, contextTokens: 4096, concurrency: 16, measure: "prefill", tokensPerSecond: 6688 * 8, miss: null, why: "the share of compute lies between it and the vendor's own planner" },
  { name: "R1 INT8 on CloudMatrix384, decode below 50 ms, 160 cards", source: CLOUDMATRIX, model: "DeepSeek V3", machine: "a3x16", nodes: 20, engine: "vllm-ascend", precision: "w8a8", cacheBits: 16, tensor: 1, data: 320, contextTokens: 4096, concurrency: 96 * 160, measure: "decode", tokensPerSecond: 1943 * 160, miss: null, why: "320 dies; its scale-up network is faster than the RoCE that the plan takes between nodes, and it guesses a token" },
  { name: "R1 INT8 on CloudMatrix384, decode at 15 ms, 160 cards", source: CLOUDMATRIX, model: "DeepSeek V3", machine: "a3x16", nodes: 20, engine: "vllm-ascend", precision: "w8a8", cacheBits: 16, tensor: 1, data: 320, contextTokens: 4096, concurrency: 8 * 160, measure: "decode", tokensPerSecond: 538 * 160, miss: 2.8, why: "eight sequences a card; its kernels are fused, which halves a layer's latency" },
];
