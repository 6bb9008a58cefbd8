import { type LaunchTarget, nodeDevices } from "./launch-target.ts";

/** What a container must be given of the machine. */
export interface ContainerDevices {
  /** /dev/…, the same inside. */
  readonly devices: readonly string[];
  /** Files and folders of the driver, read-only, the same inside. */
  readonly driver: readonly string[];
  /** Of Nvidia's container toolkit: indices of the tool. */
  readonly gpus: readonly string[];
  /** What a cluster's device plugin calls them. */
  readonly resource: string | null;
  readonly count: number;
}

/** Ascend's container guide and vllm-ascend's installation: nodes go by the physical id, and the driver's libraries come from the host. */
const ASCEND_NODES = ["/dev/davinci_manager", "/dev/devmm_svm", "/dev/hisi_hdc"];
const ASCEND_DRIVER = ["/usr/local/dcmi", "/usr/local/bin/npu-smi", "/usr/local/Ascend/driver/lib64/", "/usr/local/Ascend/driver/version.info", "/usr/local/Ascend/driver/tools/hccn_tool", "/etc/ascend_install.info"];
const HCCN = "/etc/hccn.conf";
/** Names of the Ascend device plugin. */
const ASCEND_RESOURCES: Readonly<Record<string, string>> = { "310P": "huawei.com/Ascend310P" };

export function containerDevices(target: LaunchTarget): ContainerDevices {
  const devices = nodeDevices(target);
  switch (target.deviceKind) {
    case "cpu":
      return { devices: [], driver: [], gpus: [], resource: null, count: 0 };
    case "nvidia":
      return { devices: [], driver: [], gpus: devices.map(({ index }, place) => String(index ?? place)), resource: "nvidia.com/gpu", count: devices.length };
    case "ascend":
      return {
        devices: [...devices.map(({ physicalId, index }, place) => `/dev/davinci${physicalId ?? index ?? place}`), ...ASCEND_NODES], driver: target.arrangement.parallelism.nodes > 1 ? [...ASCEND_DRIVER, HCCN] : ASCEND_DRIVER, gpus: [],
        resource: ASCEND_RESOURCES[devices[0]?.family ?? ""] ?? "huawei.com/Ascend910", count: devices.length,
      };
    default:
      return target.deviceKind satisfies never;
  }
}
