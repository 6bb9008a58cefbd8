import { engineThreads } from "./engine-threads.ts";
import type { Launch, LaunchTarget } from "./launch-target.ts";

/** The project publishes none for CANN: that one is built at home from its .devops/cann.Dockerfile. */
const IMAGES = { cpu: "ghcr.io/ggml-org/llama.cpp:server", nvidia: "ghcr.io/ggml-org/llama.cpp:server-cuda", ascend: "llama.cpp:server-cann" } as const;

/** llama-server (llama.cpp tools/server/README.md). Its context is that of all slots together. */
export function llamaCpp(target: LaunchTarget): Launch {
  const { model, arrangement, machine, limits, port } = target;
  const { contextTokens, concurrency, cacheBits, precision, parallelism } = arrangement;
  const kind = target.deviceKind;
  const file = ggufFile(target);
  const threads = engineThreads(machine);
  const own = kind === "cpu" ? ["--threads", String(threads), "--numa", "distribute"] : ["--n-gpu-layers", "999", ...(parallelism.devices > 1 ? ["--split-mode", "layer"] : [])];
  return {
    image: target.image ?? IMAGES[kind],
    command: () => [
      "/app/llama-server", "--model", `${model.directory}/${file}`, "--alias", model.servedName, "--host", "0.0.0.0", "--port", String(port), "--ctx-size", String(contextTokens * concurrency), "--parallel", String(concurrency),
      "--ubatch-size", String(limits.batchTokens), ...(cacheBits === 8 ? cacheTypes(target) : []), ...own, "--offline", "--jinja",
    ],
    environment: { LLAMA_OFFLINE: "1" },
    health: { port, path: "/health" }, mounts: [], files: [],
    remarks: [...(kind === "ascend" ? ["llama.cpp publishes no image for CANN. Build it where there is a network: docker build -f .devops/cann.Dockerfile --target server -t llama.cpp:server-cann ."] : []), `It reads ${file} in the model's folder. With llama.cpp, before packing: convert_hf_to_gguf.py CHECKPOINT --outfile model-bf16.gguf --outtype bf16; llama-quantize model-bf16.gguf ${file} ${precision.name}.`],
  };
}

/** The values of MLA are part of its keys' row and have no cache of their own; those of others are quantized under flash attention alone. */
const cacheTypes = ({ model }: LaunchTarget): string[] => ["--cache-type-k", "q8_0", ...(model.spec.attention.kind === "mla" ? [] : ["--cache-type-v", "q8_0", "--flash-attn", "on"])];

/** The file that the conversion is asked to write, and the server to read. */
export const ggufFile = ({ model, arrangement }: Pick<LaunchTarget, "model" | "arrangement">): string => `${model.servedName}-${arrangement.precision.name}.gguf`;
