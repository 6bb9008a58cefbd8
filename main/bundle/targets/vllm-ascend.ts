import type { Word } from "./command-words.ts";
import { type Launch, type LaunchTarget, nodeDevices } from "./launch-target.ts";
import { OFFLINE } from "./offline.ts";
import { planned } from "./planned-share.ts";
import { SPECULATION, vllmWords } from "./vllm.ts";

/** quay.io/ascend/vllm-ascend; one image a family (docs.vllm.ai/projects/ascend, installation). */
const VERSION = "v0.23.0";
const SUFFIX: Readonly<Record<string, string>> = { "910B": "", "910C": "-a3", "310P": "-310p", "950": "-950dt" };

/** vLLM with the vllm-ascend plugin. */
export function vllmAscend(target: LaunchTarget): Launch {
  const { arrangement: { precision, parallelism }, model, notes, port } = target;
  const devices = nodeDevices(target);
  const family = devices[0]?.family ?? "910B";
  const isEager = family === "310P" || notes.some(({ code }) => code === "engine.ascendEager");
  const own: Word[] = ["--gpu-memory-utilization", planned(target)];
  if (/^w\d+a\d+$/.test(precision.name)) own.push("--quantization", "ascend");
  if (family === "310P") own.push("--dtype", "float16");
  own.push(...(isEager ? ["--enforce-eager"] : ["--compilation-config", JSON.stringify({ cudagraph_mode: "FULL_DECODE_ONLY" })]));
  // A3 joins its servers by HCCS.
  const across = parallelism.nodes > 1 && family === "910B" ? { HCCL_INTRA_PCIE_ENABLE: "1", HCCL_INTRA_ROCE_ENABLE: "0" } : {};
  return {
    image: target.image ?? `quay.io/ascend/vllm-ascend:${VERSION}${SUFFIX[family] ?? ""}`,
    entrypoint: "image",
    command: (isLeader) => vllmWords(target, isLeader, own),
    environment: {
      ...OFFLINE, VLLM_NO_USAGE_STATS: "1", ASCEND_RT_VISIBLE_DEVICES: devices.map((_, index) => index).join(","), HCCL_BUFFSIZE: String(bufferMib(target)), HCCL_OP_EXPANSION_MODE: "AIV", PYTORCH_NPU_ALLOC_CONF: "expandable_segments:True", OMP_PROC_BIND: "false", ...across,
    },
    ...(parallelism.nodes > 1 ? { perNode: { address: ["HCCL_IF_IP"], networkInterface: ["HCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME", "TP_SOCKET_IFNAME"] } } : {}),
    health: { port, path: "/health" }, mounts: [], files: [],
    remarks: [
      ...(isEager ? ["Graph mode is off: the plugin has no graph for this number of heads on a device."] : []),
      ...(model.spec.mtpLayerCount > 0 ? [SPECULATION] : []),
    ],
  };
}

/** HCCL's own default, and vllm-ascend's of its guides for R1. */
const LEAST_BUFFER_MIB = 200;
const MOST_BUFFER_MIB = 1024;

/**
 * What the kernel that sends tokens to experts asks of HCCL_BUFFSIZE ("HCCL_BUFFSIZE is too SMALL", moe_distribute_dispatch_v2_tiling of CANN's ops), and no more: every group of
 * devices takes twice that much of their memory, which the plan counts at its default.
 */
function bufferMib({ model: { spec }, arrangement: { concurrency, parallelism: { data } } }: LaunchTarget): number {
  if (spec.moe === null) return LEAST_BUFFER_MIB;
  const aligned = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;
  const sent = aligned(aligned(2 * spec.hiddenSize, 32) + 64, 512) * spec.moe.expertCount;
  const returned = aligned(2 * spec.hiddenSize, 512) * (spec.moe.expertsPerToken + 1);
  const needed = (2 * Math.ceil(concurrency / data) * (sent + returned)) / 2 ** 20;
  return Math.min(MOST_BUFFER_MIB, Math.max(LEAST_BUFFER_MIB, aligned(needed, 50)));
}
