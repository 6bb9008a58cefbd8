import type { Machine } from "../../../shared/schemas/machine.ts";
import { leader, rank, type Word } from "./command-words.ts";
import { engineThreads } from "./engine-threads.ts";
import type { Launch, LaunchTarget } from "./launch-target.ts";
import { OFFLINE } from "./offline.ts";
import { planned } from "./planned-share.ts";

/** Of 2026-08; docker hub: vllm/vllm-openai. */
const IMAGE = "vllm/vllm-openai:v0.23.0";
/** One repository a processor (its release notes, .buildkite/scripts/annotate-release.sh). */
const CPU_IMAGES = { x86_64: "public.ecr.aws/q9t5s3a7/vllm-cpu-release-repo:v0.23.0", aarch64: "public.ecr.aws/q9t5s3a7/vllm-arm64-cpu-release-repo:v0.23.0" } as const;
const DATA_PARALLEL_PORT = "13389";
const GIB = 2 ** 30;

/** vLLM on Nvidia or on processors (docs.vllm.ai, engine arguments). */
export function vllm(target: LaunchTarget): Launch {
  const isOnProcessors = target.deviceKind === "cpu";
  const { arrangement, machine, model, port } = target;
  const cacheBytes = arrangement.memory.parts.find(({ part }) => part === "cache")?.bytes ?? 0;
  return {
    image: target.image ?? (isOnProcessors ? CPU_IMAGES[machine.platform.architecture === "aarch64" ? "aarch64" : "x86_64"] : IMAGE),
    command: (isLeader) => vllmWords(target, isLeader, isOnProcessors ? ["--dtype", "bfloat16"] : ["--gpu-memory-utilization", planned(target)]),
    environment: { ...OFFLINE, VLLM_NO_USAGE_STATS: "1", ...(isOnProcessors ? { VLLM_CPU_KVCACHE_SPACE: String(Math.max(1, Math.ceil(cacheBytes / GIB))), ...threadBinding(machine) } : {}) },
    // It moves the pages of its weights to the NUMA node that reads them (docs.vllm.ai, CPU, "docker run").
    ...(isOnProcessors ? { capabilities: ["SYS_NICE"] } : {}),
    ...(arrangement.parallelism.nodes > 1 ? { perNode: { address: ["VLLM_HOST_IP"], networkInterface: ["NCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME"] } } : {}),
    health: { port, path: "/health" }, mounts: [], files: [],
    remarks: [...(model.spec.mtpLayerCount > 0 ? [SPECULATION] : [])],
  };
}

/** One rank takes all processors of the machine: the plan has it so. "auto" would give it those of one NUMA node; where they are not known, none is bound. */
function threadBinding(machine: Machine): Record<string, string> {
  const nodes = machine.numa.filter(({ cpus }) => cpus !== "").map(({ cpus }) => cpus);
  return nodes.length === 0 ? { VLLM_CPU_OMP_THREADS_BIND: "nobind", OMP_NUM_THREADS: String(engineThreads(machine)) } : { VLLM_CPU_OMP_THREADS_BIND: nodes.join(",") };
}

/** What the plan did not count cannot be switched on for it. */
export const SPECULATION = "The model has layers that predict several tokens. Speculative decoding with them is left off: the plan does not count their memory. To try it: --speculative-config '{\"method\":\"mtp\",\"num_speculative_tokens\":1}'.";

/** The flags that vLLM and vLLM-Ascend share. No --block-size: MLA's kernels set it. No --trust-remote-code: no code travels with the weights. */
export function vllmWords({ model, arrangement, limits, port }: LaunchTarget, isLeader: boolean, own: readonly Word[]): Word[] {
  const { contextTokens, concurrency, cacheBits, parallelism: { tensor, data, pipeline, expert, nodes } } = arrangement;
  const words: Word[] = ["vllm", "serve", model.directory, "--served-model-name", model.servedName];
  if (isLeader) words.push("--host", "0.0.0.0", "--port", String(port));
  words.push("--tensor-parallel-size", String(tensor));
  if (pipeline > 1) words.push("--pipeline-parallel-size", String(pipeline));
  if (data > 1) words.push("--data-parallel-size", String(data));
  if (nodes > 1 && pipeline > 1) words.push("--nnodes", String(nodes), "--node-rank", rank(), "--master-addr", leader());
  if (nodes > 1 && pipeline === 1) words.push("--data-parallel-size-local", String(data / nodes), "--data-parallel-start-rank", rank(data / nodes), "--data-parallel-address", leader(), "--data-parallel-rpc-port", DATA_PARALLEL_PORT);
  if (!isLeader) words.push("--headless");
  if (expert > 1) words.push("--enable-expert-parallel");
  words.push("--max-model-len", String(contextTokens), "--max-num-seqs", String(Math.ceil(concurrency / data)), "--max-num-batched-tokens", String(limits.batchTokens));
  if (cacheBits === 8) words.push("--kv-cache-dtype", "fp8");
  return [...words, ...own];
}
