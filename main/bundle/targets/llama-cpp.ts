import type { Launch, LaunchTarget } from "./launch-target.ts";

const IMAGES = { cpu: "ghcr.io/ggml-org/llama.cpp:server", nvidia: "ghcr.io/ggml-org/llama.cpp:server-cuda", ascend: "ghcr.io/ggml-org/llama.cpp:full-cann" } as const;

/** llama-server (llama.cpp tools/server/README.md). Its context is that of all slots together. */
export function llamaCpp(target: LaunchTarget): Launch {
  const { model, arrangement, machine, limits, port } = target;
  const { contextTokens, concurrency, cacheBits, precision, parallelism } = arrangement;
  const kind = target.deviceKind;
  const file = ggufFile(target);
  const threads = Math.max(1, Math.floor(machine.cpu.usableThreads ?? machine.cpu.threads ?? 1));
  const own = kind === "cpu" ? ["--threads", String(threads), "--numa", "distribute"] : ["--n-gpu-layers", "999", ...(parallelism.devices > 1 ? ["--split-mode", "layer"] : [])];
  return {
    image: target.image ?? IMAGES[kind],
    command: () => [
      "/app/llama-server", "--model", `${model.directory}/${file}`, "--alias", model.servedName, "--host", "0.0.0.0", "--port", String(port), "--ctx-size", String(contextTokens * concurrency), "--parallel", String(concurrency),
      "--ubatch-size", String(limits.batchTokens), ...(cacheBits === 8 ? ["--cache-type-k", "q8_0"] : []), ...own, "--offline", "--jinja",
    ],
    environment: { LLAMA_OFFLINE: "1" },
    health: { port, path: "/health" }, mounts: [], files: [],
    remarks: [`It reads ${file} in the model's folder. With llama.cpp, before packing: convert_hf_to_gguf.py CHECKPOINT --outfile model-bf16.gguf --outtype bf16; llama-quantize model-bf16.gguf ${file} ${precision.name}.`],
  };
}

/** The file that the conversion is asked to write, and the server to read. */
export const ggufFile = ({ model, arrangement }: Pick<LaunchTarget, "model" | "arrangement">): string => `${model.servedName}-${arrangement.precision.name}.gguf`;
