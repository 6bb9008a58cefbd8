import { leader, rank, type Word } from "./command-words.ts";
import { type Launch, type LaunchTarget, nodeDevices } from "./launch-target.ts";
import { OFFLINE } from "./offline.ts";
import { planned } from "./planned-share.ts";

/** docker hub: lmsysorg/sglang; the name is checked at the site by preflight.sh. */
const IMAGE = "lmsysorg/sglang:v0.5.9";
const NPU_IMAGE: Readonly<Record<string, string>> = { "910B": "lmsysorg/sglang:v0.5.9-cann8.5.0-910b", "910C": "lmsysorg/sglang:v0.5.9-cann8.5.0-a3" };
const RENDEZVOUS_PORT = ":20000";

/** What the plan did not count cannot be switched on for it. */
const DEEPEP = "SGLang's guides for Ascend send tokens to experts by DeepEP. It is left off: its buffers (HCCL_BUFFSIZE of 1200 and more) are memory that the plan does not count. To try it: --moe-a2a-backend deepep --deepep-mode auto, with a smaller --mem-fraction-static.";

/** SGLang on Nvidia or Ascend (docs.sglang.io, server arguments). */
export function sglang(target: LaunchTarget): Launch {
  const { model, arrangement, limits, port } = target;
  const { contextTokens, concurrency, cacheBits, precision, parallelism: { tensor, data, pipeline, expert, nodes } } = arrangement;
  const isOnAscend = target.deviceKind === "ascend";
  const isShared = model.spec.attention.kind === "mla" && data > 1;
  const command = (): Word[] => {
    const words: Word[] = ["python3", "-m", "sglang.launch_server", "--model-path", model.directory, "--served-model-name", model.servedName, "--host", "0.0.0.0", "--port", String(port)];
    // Its tensor parallelism counts all devices of a stage; data-parallel attention divides them.
    words.push("--tp-size", String(isShared ? tensor * data : tensor));
    if (data > 1) words.push("--dp-size", String(data));
    if (isShared) words.push("--enable-dp-attention");
    if (pipeline > 1) words.push("--pp-size", String(pipeline));
    if (expert > 1) words.push("--ep-size", String(expert));
    if (nodes > 1) words.push("--nnodes", String(nodes), "--node-rank", rank(), "--dist-init-addr", leader(RENDEZVOUS_PORT));
    // It divides both among the ranks of data-parallel attention; replicas of their own take them each.
    words.push("--context-length", String(contextTokens), "--max-running-requests", String(isShared ? concurrency : Math.ceil(concurrency / data)), "--chunked-prefill-size", String(limits.batchTokens), "--mem-fraction-static", staticShare(target));
    if (cacheBits === 8) words.push("--kv-cache-dtype", "fp8_e4m3");
    if (isOnAscend) words.push("--device", "npu", "--attention-backend", "ascend");
    // What llm-compressor and others made says so in its own config.
    if (isOnAscend && /^w\d+a\d+$/.test(precision.name)) words.push("--quantization", "modelslim");
    return words;
  };
  const family = nodeDevices(target)[0]?.family ?? "910B";
  return {
    image: target.image ?? (isOnAscend ? (NPU_IMAGE[family] ?? IMAGE) : IMAGE),
    ...(isOnAscend ? { entrypoint: "image" } : {}),
    command,
    environment: { ...OFFLINE, ...(isOnAscend ? { ASCEND_RT_VISIBLE_DEVICES: nodeDevices(target).map((_, index) => index).join(","), PYTORCH_NPU_ALLOC_CONF: "expandable_segments:True" } : {}) },
    ...(nodes > 1 ? { perNode: { address: [], networkInterface: [isOnAscend ? "HCCL_SOCKET_IFNAME" : "NCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME"] } } : {}),
    health: { port, path: "/health" }, mounts: [], files: [],
    remarks: isOnAscend && expert > 1 ? [DEEPEP] : [],
  };
}

/** Weights and cache alone: graphs and buffers, which the plan counts within its share, lie outside SGLang's. */
function staticShare(target: LaunchTarget): string {
  const { capacityBytes, parts } = target.arrangement.memory;
  const runtimeBytes = parts.find(({ part }) => part === "runtime")?.bytes ?? 0;
  return String(Math.floor(100 * (Number(planned(target)) - runtimeBytes / capacityBytes)) / 100);
}
