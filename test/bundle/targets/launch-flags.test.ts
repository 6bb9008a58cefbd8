import { describe, expect, it } from "vitest";
import { flags, type Wish, written } from "./written-target.ts";

/**
 * What each engine is told for V2-Lite, V3 and R1 (one architecture) on 910B, 910C, H100, H200 and processors, held against what its users write: vllm-ascend's
 * DeepSeek guides (--quantization ascend, data × tensor parallel with experts spread, FULL_DECODE_ONLY or eager, headless workers), vLLM's and SGLang's recipes
 * for 8 × H200, trtllm-serve's, llama.cpp's server. The figures are the plan's.
 */
const busy = { contextTokens: 16_384, concurrency: 64 };
const TABLE: readonly (readonly [model: string, site: string, kind: Parameters<typeof written>[2], wish: Wish, expected: string])[] = [
  ["DeepSeek V2 Lite", "h100x8", "vllm", {}, "vllm serve MODEL --tensor-parallel-size 1 --max-model-len 4096 --max-num-seqs 1 --max-num-batched-tokens 8192 --gpu-memory-utilization 0.9"],
  ["DeepSeek V2 Lite", "h200x8", "sglang", {}, "python3 -m sglang.launch_server --model-path MODEL --tp-size 1 --context-length 4096 --max-running-requests 1 --chunked-prefill-size 8192 --mem-fraction-static 0.88"],
  ["DeepSeek V2 Lite", "h100x8", "tensorrt-llm", {}, "trtllm-serve MODEL --backend pytorch --tp_size 1 --max_batch_size 1 --max_num_tokens 8192 --max_seq_len 4096 --extra_llm_api_options /etc/sallyport/extra-llm-api-options.yaml"],
  ["DeepSeek V2 Lite", "910b3x8", "vllm-ascend", {}, "vllm serve MODEL --tensor-parallel-size 8 --enable-expert-parallel --max-model-len 4096 --max-num-seqs 1 --max-num-batched-tokens 4096 --gpu-memory-utilization 0.9 --enforce-eager"],
  ["DeepSeek V2 Lite", "a3x16", "vllm-ascend", {}, "vllm serve MODEL --tensor-parallel-size 16 --enable-expert-parallel --max-model-len 4096 --max-num-seqs 1 --max-num-batched-tokens 4096 --gpu-memory-utilization 0.9 --enforce-eager"],
  ["DeepSeek V2 Lite", "910b3x8", "sglang", {}, "python3 -m sglang.launch_server --model-path MODEL --tp-size 8 --ep-size 8 --context-length 4096 --max-running-requests 1 --chunked-prefill-size 8192 --mem-fraction-static 0.86 --device npu --attention-backend ascend"],
  ["DeepSeek V2 Lite", "epyc-9654x2", "llama.cpp", {}, "/app/llama-server --model MODEL/DeepSeek-V2-Lite-F16.gguf --alias DeepSeek-V2-Lite --ctx-size 4096 --parallel 1 --ubatch-size 512 --threads 384 --numa distribute --offline --jinja"],
  ["DeepSeek V2 Lite", "epyc-9654x2", "vllm", {}, "vllm serve MODEL --tensor-parallel-size 1 --max-model-len 4096 --max-num-seqs 1 --max-num-batched-tokens 8192 --dtype bfloat16"],
  ["DeepSeek V3", "h200x8", "vllm", busy, "vllm serve MODEL --tensor-parallel-size 1 --data-parallel-size 8 --enable-expert-parallel --max-model-len 16384 --max-num-seqs 8 --max-num-batched-tokens 8192 --gpu-memory-utilization 0.9"],
  ["DeepSeek V3", "h200x8", "sglang", busy, "python3 -m sglang.launch_server --model-path MODEL --tp-size 8 --dp-size 8 --enable-dp-attention --ep-size 8 --context-length 16384 --max-running-requests 64 --chunked-prefill-size 8192 --mem-fraction-static 0.88"],
  ["DeepSeek V3", "h200x8", "tensorrt-llm", busy, "trtllm-serve MODEL --backend pytorch --tp_size 8 --ep_size 8 --max_batch_size 8 --max_num_tokens 8192 --max_seq_len 16384 --extra_llm_api_options /etc/sallyport/extra-llm-api-options.yaml"],
  ["DeepSeek V3", "h100x8", "vllm", { ...busy, nodes: 2 }, "vllm serve MODEL --tensor-parallel-size 2 --data-parallel-size 8 --data-parallel-size-local 4 --data-parallel-start-rank 0 --data-parallel-address LEADER --data-parallel-rpc-port 13389 --enable-expert-parallel --max-model-len 16384 --max-num-seqs 8 --max-num-batched-tokens 8192 --gpu-memory-utilization 0.9\nvllm serve MODEL --tensor-parallel-size 2 --data-parallel-size 8 --data-parallel-size-local 4 --data-parallel-start-rank 4 --data-parallel-address LEADER --data-parallel-rpc-port 13389 --headless --enable-expert-parallel --max-model-len 16384 --max-num-seqs 8 --max-num-batched-tokens 8192 --gpu-memory-utilization 0.9"],
  ["DeepSeek V3", "h100x8", "sglang", { ...busy, nodes: 2 }, "python3 -m sglang.launch_server --model-path MODEL --tp-size 16 --dp-size 8 --enable-dp-attention --ep-size 16 --nnodes 2 --node-rank 0 --dist-init-addr LEADER:20000 --context-length 16384 --max-running-requests 64 --chunked-prefill-size 8192 --mem-fraction-static 0.86\npython3 -m sglang.launch_server --model-path MODEL --tp-size 16 --dp-size 8 --enable-dp-attention --ep-size 16 --nnodes 2 --node-rank 1 --dist-init-addr LEADER:20000 --context-length 16384 --max-running-requests 64 --chunked-prefill-size 8192 --mem-fraction-static 0.86"],
  ["DeepSeek V3", "910b3x8", "vllm-ascend", busy, "vllm serve MODEL --tensor-parallel-size 2 --data-parallel-size 4 --enable-expert-parallel --max-model-len 16384 --max-num-seqs 4 --max-num-batched-tokens 4096 --gpu-memory-utilization 0.9 --quantization ascend --compilation-config \"{\\\"cudagraph_mode\\\":\\\"FULL_DECODE_ONLY\\\"}\""],
  ["DeepSeek V3", "910b3x8", "vllm-ascend", { ...busy, nodes: 2 }, "vllm serve MODEL --tensor-parallel-size 2 --data-parallel-size 8 --data-parallel-size-local 4 --data-parallel-start-rank 0 --data-parallel-address LEADER --data-parallel-rpc-port 13389 --enable-expert-parallel --max-model-len 16384 --max-num-seqs 8 --max-num-batched-tokens 4096 --gpu-memory-utilization 0.9 --quantization ascend --compilation-config \"{\\\"cudagraph_mode\\\":\\\"FULL_DECODE_ONLY\\\"}\"\nvllm serve MODEL --tensor-parallel-size 2 --data-parallel-size 8 --data-parallel-size-local 4 --data-parallel-start-rank 4 --data-parallel-address LEADER --data-parallel-rpc-port 13389 --headless --enable-expert-parallel --max-model-len 16384 --max-num-seqs 8 --max-num-batched-tokens 4096 --gpu-memory-utilization 0.9 --quantization ascend --compilation-config \"{\\\"cudagraph_mode\\\":\\\"FULL_DECODE_ONLY\\\"}\""],
  ["DeepSeek V3", "910b3x8", "sglang", { ...busy, nodes: 2 }, "python3 -m sglang.launch_server --model-path MODEL --tp-size 16 --dp-size 4 --enable-dp-attention --ep-size 16 --nnodes 2 --node-rank 0 --dist-init-addr LEADER:20000 --context-length 16384 --max-running-requests 24 --chunked-prefill-size 8192 --mem-fraction-static 0.86 --device npu --attention-backend ascend --quantization modelslim\npython3 -m sglang.launch_server --model-path MODEL --tp-size 16 --dp-size 4 --enable-dp-attention --ep-size 16 --nnodes 2 --node-rank 1 --dist-init-addr LEADER:20000 --context-length 16384 --max-running-requests 24 --chunked-prefill-size 8192 --mem-fraction-static 0.86 --device npu --attention-backend ascend --quantization modelslim"],
  ["DeepSeek V3", "a3x16", "vllm-ascend", busy, "vllm serve MODEL --tensor-parallel-size 2 --data-parallel-size 8 --enable-expert-parallel --max-model-len 16384 --max-num-seqs 8 --max-num-batched-tokens 4096 --gpu-memory-utilization 0.9 --quantization ascend --compilation-config \"{\\\"cudagraph_mode\\\":\\\"FULL_DECODE_ONLY\\\"}\""],
  ["DeepSeek V3", "a3x16", "sglang", busy, "python3 -m sglang.launch_server --model-path MODEL --tp-size 16 --dp-size 4 --enable-dp-attention --ep-size 16 --context-length 16384 --max-running-requests 24 --chunked-prefill-size 8192 --mem-fraction-static 0.86 --device npu --attention-backend ascend --quantization modelslim"],
  ["DeepSeek V3", "epyc-9654x2", "llama.cpp", { contextTokens: 16_384, concurrency: 2 }, "/app/llama-server --model MODEL/DeepSeek-V3-F16.gguf --alias DeepSeek-V3 --ctx-size 32768 --parallel 2 --ubatch-size 512 --threads 384 --numa distribute --offline --jinja"],
];

/** What is the same in all rows. */
const plain = (words: string): string => words.replace(/ --served-model-name \S+/, "").replace(" --host 0.0.0.0 --port 8000", "").replaceAll("$".concat("{LEADER_ADDRESS}"), "LEADER").replaceAll(/\/opt\/models\/\S+?(?=[/ ]|$)/g, "MODEL");

describe("flags", () => {
  it.each(TABLE)("%s on %s with %s, %j", (model, site, kind, wish, expected) => {
    const files = written(model, site, kind, wish);
    expect(Object.keys(files).filter((name) => name.endsWith(".service")).map((name) => plain(flags(files[name] ?? ""))).join("\n")).toBe(expected);
  });

  it("are the same in unit, compose file and Kubernetes manifest", () => {
    const files = written("DeepSeek V3", "h200x8", "vllm", busy);
    for (const word of ["--data-parallel-size", "--enable-expert-parallel", "16384", "HF_HUB_OFFLINE"]) for (const name of ["vllm-site.service", "compose.yaml", "kubernetes.yaml"]) expect(files[name], name).toContain(word);
  });

  it("never let an engine run code that came with weights, look for updates or fetch an image", () => {
    for (const [, site, kind, wish] of TABLE) {
      const all = Object.values(written("DeepSeek V2 Lite", site, kind, wish)).join("\n");
      expect(all).not.toContain("--trust-remote-code");
      expect(all).not.toMatch(/pull_policy: (always|missing)|imagePullPolicy: (Always|IfNotPresent)/);
    }
  });
});

describe("a target that cannot be written", () => {
  it.each([
    ["TensorRT-LLM on several nodes", () => written("DeepSeek V3", "h100x8", "tensorrt-llm", { contextTokens: 4096, nodes: 2 }), "bundle.targetInvalid", "mpirun"],
    ["an engine of another vendor", () => written("DeepSeek V3", "h200x8", "vllm-ascend"), "bundle.targetInvalid", "engine.needsAscend"],
    ["a machine that is too small", () => written("DeepSeek V3", "l40s", "llama.cpp"), "bundle.targetDoesNotFit", "needBytes"],
    ["ATC for experts", () => written("DeepSeek V2 Lite", "910b3x8", "atc", { precision: "f32" }), "bundle.targetInvalid", "rows as their tokens"],
    ["ATC for weights in blocks", () => written("Llama 3 8B", "910b3x8", "atc", { precision: "int4" }), "bundle.targetInvalid", "MatMulNBits"],
    ["ATC for a site without the chip's name", () => written("Llama 3 8B", "a3x16", "atc", { precision: "f32" }), "bundle.targetInvalid", "soc_version"],
    ["a folder that turns its name around", () => written("DeepSeek V2 Lite", "h100x8", "vllm", { directory: "/opt/\u202emodels" }), "bundle.targetInvalid", "do not show"],
  ])("%s", (_what, write, code, reason) => {
    expect(write).toThrow(code);
    expect(write).toThrow(reason);
  });
});

it("ATC compiles a dense float32 graph for the chip that the site has", () => {
  expect(written("Llama 3 8B", "910b3x8", "atc", { precision: "f32" })["compile.sh"]).toMatch(/exec atc --framework=5 --model="\$package\/graph\.onnx" --output="\$out" --soc_version=Ascend910B3 --input_format=ND \\\n {2}--input_shape='input_ids:1;position_ids:1;/);
});
