import defaults from "../../../resources/launch/mindie-server-config.json" with { type: "json" };
import { type Launch, type LaunchFile, type LaunchTarget, nodeDevices } from "./launch-target.ts";
import { OFFLINE } from "./offline.ts";

/** Ascend's registry asks for a login: the image is pulled and saved where there is a network. */
const IMAGE: Readonly<Record<string, string>> = {
  "910B": "swr.cn-south-1.myhuaweicloud.com/ascendhub/mindie:2.2.RC1-800I-A2-py311-openeuler24.03-lts", "910C": "swr.cn-south-1.myhuaweicloud.com/ascendhub/mindie:2.2.RC1-800I-A3-py311-openeuler24.03-lts",
  "310P": "swr.cn-south-1.myhuaweicloud.com/ascendhub/mindie:2.2.RC1-300I-Duo-py311-openeuler24.03-lts",
};
const SERVICE = "/usr/local/Ascend/mindie/latest/mindie-service";
const SETTINGS = ["/usr/local/Ascend/ascend-toolkit/set_env.sh", "/usr/local/Ascend/nnal/atb/set_env.sh", "/usr/local/Ascend/atb-models/set_env.sh", "/usr/local/Ascend/mindie/set_env.sh"];
const RANK_TABLE = "/etc/sallyport/rank-table.json";

/** MindIE Server: all that it is told stands in config.json. The defaults are Huawei's (MindIE-LLM src/server/conf/config.json). */
export function mindie(target: LaunchTarget): Launch {
  const { nodes } = target.arrangement.parallelism;
  const family = nodeDevices(target)[0]?.family ?? "910B";
  return {
    image: target.image ?? IMAGE[family] ?? (IMAGE["910B"] as string),
    command: () => ["bash", "-c", `${SETTINGS.map((file) => `source ${file}`).join(" && ")} && exec ${SERVICE}/bin/mindieservice_daemon`],
    environment: {
      ...OFFLINE, NPU_MEMORY_FRACTION: String(target.limits.utilization), ASCEND_RT_VISIBLE_DEVICES: nodeDevices(target).map((_, index) => index).join(","), MINDIE_LOG_TO_STDOUT: "1", OMP_NUM_THREADS: "10",
      ...(nodes > 1 ? { RANK_TABLE_FILE: RANK_TABLE, WORLD_SIZE: String(target.arrangement.parallelism.devices), HCCL_CONNECT_TIMEOUT: "7200" } : {}),
    },
    ...(nodes > 1 ? { perNode: { address: ["MIES_CONTAINER_IP"], networkInterface: ["GLOO_SOCKET_IFNAME"] } } : {}),
    // Its health routes are of the management plane, which is not reachable from outside the container; the list of models is of the service plane (MindIE 2.3.0, "API for Listing the Current Model List").
    health: { port: target.port, path: "/v1/models" },
    mounts: [{ file: "config.json", to: `${SERVICE}/conf/config.json` }, ...(nodes > 1 ? [{ file: "rank-table.json", to: RANK_TABLE }] : [])],
    files: [{ path: "config.json", text: `${JSON.stringify(mindieConfig(target), null, 4)}\n` }, ...(nodes > 1 ? [rankTableScript(target)] : [])],
    remarks: [
      "It serves without TLS, inside its container; for callers elsewhere set httpsEnabled and the certificates in config.json.",
      "MindIE checks who owns the weights and who may write them: chown -R root:root and chmod -R go-w the model's folder.",
      ...(nodes > 1 ? ["Before the start: make-rank-table.sh collect on every node, then make-rank-table.sh join with all the answers; rank-table.json goes to every node. Between nodes config.json asks for TLS (interNodeTLSEnabled): put the certificates where it names them."] : []),
    ],
  };
}

function mindieConfig(target: LaunchTarget) {
  const { model, arrangement, limits, port } = target;
  const { contextTokens, concurrency, parallelism: { tensor, data, expert, nodes } } = arrangement;
  const onNode = nodeDevices(target).length;
  const batch = Math.ceil(concurrency / data);
  const { ServerConfig, BackendConfig } = defaults;
  const { ModelDeployConfig, ScheduleConfig } = BackendConfig;
  const split = data > 1 || expert > 1 ? { tp: tensor, dp: data, ...(expert > 1 ? { moe_ep: expert, moe_tp: (tensor * data) / expert } : {}) } : {};
  return {
    ...defaults,
    ServerConfig: { ...ServerConfig, port, managementPort: port + 1, metricsPort: port + 2, ipAddress: "0.0.0.0", allowAllZeroIpListening: true, managementIpAddress: "127.0.0.1", httpsEnabled: false },
    BackendConfig: {
      ...BackendConfig, npuDeviceIds: [nodeDevices(target).map((_, index) => index)], multiNodesInferEnabled: nodes > 1,
      ModelDeployConfig: {
        ...ModelDeployConfig, maxSeqLen: contextTokens, maxInputTokenLen: contextTokens - 1,
        ModelConfig: ModelDeployConfig.ModelConfig.map((each) => ({ ...each, modelName: model.servedName, modelWeightPath: model.directory, worldSize: onNode, npuMemSize: -1, cpuMemSize: 0, backendType: "atb", trustRemoteCode: false, ...split })),
      },
      // A prompt that is longer than a prefill step is refused: the step is made to hold the longest.
      ScheduleConfig: { ...ScheduleConfig, cacheBlockSize: 128, maxPrefillTokens: Math.max(limits.batchTokens, contextTokens), maxPrefillBatchSize: Math.min(ScheduleConfig.maxPrefillBatchSize, batch), maxBatchSize: batch, maxIterTimes: contextTokens },
    },
  };
}

/** Every node tells its address and those of its devices (hccn_tool); one joins them to the table that HCCL reads. */
function rankTableScript(target: LaunchTarget): LaunchFile {
  const devices = nodeDevices(target).map(({ physicalId, index }) => physicalId ?? index ?? 0);
  const text = `#!/bin/sh
# The rank table of HCCL for ${target.arrangement.parallelism.nodes} nodes:
#   on each node:  NODE_ADDRESS=10.0.0.1 sh make-rank-table.sh collect > node-1.txt
#   on one:        sh make-rank-table.sh join node-1.txt node-2.txt > rank-table.json    (the first node leads)
set -eu
devices='${devices.join(" ")}'
case "\${1:-}" in
collect)
  : "\${NODE_ADDRESS:?set NODE_ADDRESS to the address of this node}"
  for device in $devices; do
    address=$(hccn_tool -i "$device" -ip -g | sed -n 's/^ipaddr://p')
    [ -n "$address" ] || { echo "device $device has no address: set one with hccn_tool" >&2; exit 1; }
    echo "$NODE_ADDRESS $device $address"
  done
  ;;
join)
  shift
  [ "$#" -eq ${target.arrangement.parallelism.nodes} ] || { echo "the plan is for ${target.arrangement.parallelism.nodes} nodes; $# files were given" >&2; exit 1; }
  cat -- "$@" | awk '
    BEGIN { printf "{\\"version\\":\\"1.0\\",\\"server_count\\":\\"${target.arrangement.parallelism.nodes}\\",\\"server_list\\":[" }
    $1 != server { if (server != "") printf "]},"; server = $1; printf "{\\"server_id\\":\\"%s\\",\\"container_ip\\":\\"%s\\",\\"device\\":[", $1, $1; first = 1 }
    { if (!first) printf ","; first = 0; printf "{\\"device_id\\":\\"%s\\",\\"device_ip\\":\\"%s\\",\\"rank_id\\":\\"%d\\"}", $2, $3, rank++ }
    END { print "]}],\\"status\\":\\"completed\\"}" }'
  ;;
*)
  echo "usage: make-rank-table.sh collect | join FILE..." >&2
  exit 2
  ;;
esac
`;
  return { path: "make-rank-table.sh", text };
}
