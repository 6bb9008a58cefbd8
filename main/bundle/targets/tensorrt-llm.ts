import { stringify } from "yaml";
import type { Launch, LaunchTarget } from "./launch-target.ts";
import { nodeDevices } from "./launch-target.ts";
import { OFFLINE } from "./offline.ts";

const IMAGE = "nvcr.io/nvidia/tensorrt-llm/release:1.0.0";
const OPTIONS = "extra-llm-api-options.yaml";
const MOUNTED = `/etc/sallyport/${OPTIONS}`;

/** trtllm-serve on the PyTorch backend; options that it takes from a file alone go there. */
export function tensorrtLlm(target: LaunchTarget): Launch {
  const { model, arrangement, limits, port } = target;
  const { contextTokens, concurrency, cacheBits, precision, parallelism: { tensor, data, pipeline, expert } } = arrangement;
  const batch = Math.ceil(concurrency / data);
  const capability = Number.parseFloat(nodeDevices(target)[0]?.computeCapability ?? "9");
  const options = {
    enable_attention_dp: data > 1,
    // A prompt that is longer than a step is refused otherwise (deployment guides, "Recipe selector").
    ...(contextTokens > limits.batchTokens ? { enable_chunked_prefill: true } : {}),
    // FP8 in blocks runs on CUTLASS up to Hopper and on DeepGEMM from Blackwell on; FP4 has kernels of its own.
    ...(model.spec.moe === null ? {} : { moe_config: { backend: precision.name === "nvfp4" ? "TRTLLM" : capability >= 10 ? "DEEPGEMM" : "CUTLASS" } }),
    kv_cache_config: { dtype: cacheBits === 8 ? "fp8" : "auto", free_gpu_memory_fraction: limits.utilization },
    cuda_graph_config: { enable_padding: true, max_batch_size: batch },
  };
  return {
    image: target.image ?? IMAGE,
    command: () => [
      "trtllm-serve", model.directory, "--host", "0.0.0.0", "--port", String(port), "--backend", "pytorch", "--tp_size", String(tensor * data), ...(pipeline > 1 ? ["--pp_size", String(pipeline)] : []),
      ...(expert > 1 ? ["--ep_size", String(expert)] : []), "--max_batch_size", String(batch), "--max_num_tokens", String(limits.batchTokens), "--max_seq_len", String(contextTokens), "--extra_llm_api_options", MOUNTED,
    ],
    environment: { ...OFFLINE, TRTLLM_NO_USAGE_STATS: "1" },
    health: { port, path: "/health" },
    mounts: [{ file: OPTIONS, to: MOUNTED }], files: [{ path: OPTIONS, text: stringify(options) }],
    remarks: ["The driver must be 575 or newer.", "Clients name the model by its path."],
  };
}
