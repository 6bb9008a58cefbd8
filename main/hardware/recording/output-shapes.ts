/** What an output is: the answer of a command, or the content of a file. */
export type Identity = { readonly kind: "command"; readonly command: string; readonly args: readonly string[] } | { readonly kind: "file"; readonly path: string } | { readonly kind: "deviceNodes" };

export interface OutputShape {
  /** A line, without blanks around it, that no other output begins with. */
  readonly start: RegExp;
  /** Lines that could begin an output but are one more line of this. */
  readonly goesOn?: RegExp;
  /** Looks at the whole output where one line does not tell; undefined: not this one after all. */
  readonly identify: (text: string) => Identity | undefined;
}

const command = (line: string) => (): Identity => {
  const [program = "", ...args] = line.split(" ");
  return { kind: "command", command: program, args };
};
const file = (path: string) => (): Identity => ({ kind: "file", path });
const ASCEND = "/usr/local/Ascend";

/** Kinds of `npu-smi info -t`, by a field that only one of them has. */
const NPU_FIELDS: readonly (readonly [string, RegExp])[] = [
  ["board", /^\s*(Board ID|PCB ID|Product Name|PCI Device ID)\s*:/m],
  ["common", /^\s*(Aicore Freq|Aicore Count|Aicore curFreq)\b/m],
  ["usages", /^\s*((HBM|DDR|Aicore|Aicpu) Usage Rate)\b/m],
  ["memory", /^\s*(HBM|DDR) Capacity/m],
  ["ecc", /^\s*(HBM|DDR) (Single|Double) Bit/m],
  ["temp", /^\s*NPU Temperature/m],
  ["power", /^\s*NPU Real-time Power/m],
  ["health", /^\s*Health( Status)?\s*:/m],
];

function npuFields(text: string): Identity | undefined {
  const type = NPU_FIELDS.find(([, field]) => field.test(text))?.[0];
  const npu = /^\s*NPU ID\s*:\s*(\d+)/m.exec(text)?.[1];
  // Of a board as a whole its chips are counted; of one chip its number is told.
  const isOfChip = type === "health" || (type === "board" && !/^\s*Chip Count\s*:/m.test(text));
  const chip = isOfChip ? /^\s*Chip ID\s*:\s*(\d+)/m.exec(text)?.[1] : undefined;
  if (type === undefined) return undefined;
  return { kind: "command", command: "npu-smi", args: ["info", "-t", type, ...(npu === undefined ? [] : ["-i", npu]), ...(chip === undefined ? [] : ["-c", chip])] };
}

function gpuQuery(text: string): Identity {
  const first = text.trim().split("\n")[0] ?? "";
  const isHeader = /\[MiB\]|^(index|name|uuid|timestamp|gpu_name|pci\.bus_id|driver_version|count),/.test(first);
  if (isHeader) {
    const fields = first.split(/,\s*/).map((field) => field.replace(/\s*\[.*\]$/, "").trim());
    return { kind: "command", command: "nvidia-smi", args: [`--query-gpu=${fields.join(",")}`, "--format=csv"] };
  }
  return { kind: "command", command: "nvidia-smi", args: ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"] };
}

function cannFile(text: string): Identity | undefined {
  const directory = /^path=(\/\S+)/m.exec(text)?.[1];
  const name = /^package_name=Ascend-cann-(\w+)/m.exec(text)?.[1];
  return directory === undefined || name === undefined ? undefined : { kind: "file", path: `${directory}/ascend_${name}_install.info` };
}

const pciList = (text: string): Identity => ({
  kind: "command", command: "lspci",
  args: /\[[0-9a-f]{4}:[0-9a-f]{4}\]/.test(text) ? [/^[0-9a-f]{4}:[0-9a-f]{2}:/m.test(text) ? "-Dnn" : "-nn"] : [],
});

/** An output all of whose lines look alike. */
const list = (start: RegExp, identify: OutputShape["identify"]): OutputShape => ({ start, goesOn: start, identify });

/** A complaint may stand before an otherwise good table: then it is the table's. */
const NPU_COMPLAINT = /^(DrvMngGetConsoleLogLevel failed|dcmi (module|model) initiali[sz]ed? failed|npu get board type failed)/;
const GPU_COMPLAINT = /^(NVIDIA-SMI has failed|Failed to initialize NVML|No devices were found|Unable to determine the device handle)/;

export const OUTPUT_SHAPES: readonly OutputShape[] = [
  { start: NPU_COMPLAINT, goesOn: /^\|\s*npu-smi\s|^(DrvMng|dcmi |npu get )/, identify: command("npu-smi info") },
  { start: /\bnpu-smi: (command )?not found|No such file or directory.*npu-smi/, identify: command("npu-smi info") },
  { start: /\bnvidia-smi: (command )?not found/, identify: command("nvidia-smi") },
  { start: GPU_COMPLAINT, goesOn: /^\|\s*NVIDIA-SMI\s|^(NVIDIA-SMI has|Failed to|No devices|Unable to)/, identify: command("nvidia-smi") },
  { start: /^\|\s*npu-smi\s+\S+\s+Version:/, identify: command("npu-smi info") },
  { start: /^NPU ID\s{2,}(\S.*\s{2,})?Chip Name$/, identify: command("npu-smi info -m") },
  { start: /^Total Count\s*:/, goesOn: /^NPU ID\s*:/, identify: command("npu-smi info -l") },
  { start: /^(NPU|Phy-ID)\d+(\s+(NPU|Phy-ID)\d+)*(\s+CPU Affinity)?$/, identify: command("npu-smi info -t topo") },
  { start: /^(NPU ID|Product Name)\s*:/, goesOn: /^Product Name\s*:/, identify: npuFields },
  { start: /^\|\s*NVIDIA-SMI\s+[\d.]+/, identify: command("nvidia-smi") },
  { start: /^NVIDIA-SMI version\s*:/, identify: command("nvidia-smi --version") },
  list(/^GPU \d+: .+\(UUID: \S+\)/, (text) => (/^\s*Link \d+:/m.test(text) ? command("nvidia-smi nvlink -s")() : command("nvidia-smi -L")())),
  { start: /^=+NVSMI LOG=+$/, goesOn: /^Product Name\s*:/, identify: command("nvidia-smi -q") },
  list(/^(<\?xml|<!DOCTYPE nvidia_smi_log|<nvidia_smi_log)/, (text) => (/<nvidia_smi_log/.test(text) ? command("nvidia-smi -q -x")() : undefined)),
  // Network cards stand under the names of their drivers (mlx5_0, bnxt_re1, irdma0), which no list of them would hold.
  { start: /^GPU0(\s+(GPU|NIC)\d+|\s+[a-z][\w-]*\d)*(\s+CPU Affinity.*)?$/, identify: command("nvidia-smi topo -m") },
  list(/^(index|name|uuid|timestamp|gpu_name|pci\.bus_id|driver_version|count), |^[^,|]+, \d+ MiB, [\d.]+$/, gpuQuery),
  { start: /^NVRM version:/, identify: file("/proc/driver/nvidia/version") },
  { start: /^package_name=/, identify: cannFile },
  { start: /^Version=\S+$/, identify: (text) => (/^(ascendhal_version|Innerversion|compatible_version_fw)=/m.test(text) ? { kind: "file", path: `${ASCEND}/driver/version.info` } : undefined) },
  list(/^(Driver_Install_\w+|UserName)=/, file("/etc/ascend_install.info")),
  { start: /^Ascend-cann-atb\s*:/, identify: file(`${ASCEND}/nnal/atb/latest/version.info`) },
  { start: /^(Architecture:|架构[:：])\s*\S+/, identify: command("lscpu") },
  { start: /^processor\s*:\s*0$/, identify: file("/proc/cpuinfo") },
  { start: /^MemTotal:\s+\d+ kB/, identify: file("/proc/meminfo") },
  list(/^(NAME|PRETTY_NAME)="?\w/, (text) => (/^(ID|VERSION_ID)=/m.test(text) ? { kind: "file", path: "/etc/os-release" } : undefined)),
  { start: /^(Filesystem|文件系统)\s+((Type|类型)\s+)?(1024|1K)-(blocks|块)\s/, identify: command("df -Pk") },
  { start: /^(Filesystem|文件系统)\s+(Size|Type|容量|大小|类型)\s/, identify: command("df -h") },
  list(/^\d+ \d+ \d+:\d+ \/\S* \/\S* (rw|ro)\S* /, file("/proc/self/mountinfo")),
  list(/^\S+ \/\S* [\w.]+ (rw|ro)\S* \d \d$/, file("/proc/self/mounts")),
  list(/^\d+:[\w=,]*:\//, file("/proc/self/cgroup")),
  { start: /^Linux \S+ \d+\.\d+\S* #/, identify: command("uname -a") },
  { start: /^Linux \d+\.\d+\S* \w+$/, identify: command("uname -srm") },
  { start: /^glibc \d+\.\d+$/, identify: command("getconf GNU_LIBC_VERSION") },
  { start: /^ldd \(.*\) \d/, identify: command("ldd --version") },
  list(/^([0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] \S[^:]*: /, pciList),
  list(/^(c[rwxst.+-]{9,10} .*\s)?\/dev\/(davinci|devmm_svm|hisi_hdc|nvidia|dxg)\S*$/, () => ({ kind: "deviceNodes" })),
];
