import type { Identity } from "./output-shapes.ts";

/** Files that people save under their own name or under their path with another sign for the slash; cpuinfo.txt, proc_meminfo, sys-fs-cgroup-memory.max. */
const KNOWN_FILES = [
  "/proc/cpuinfo", "/proc/meminfo", "/proc/self/cgroup", "/proc/self/mounts", "/proc/self/mountinfo", "/proc/self/status", "/proc/driver/nvidia/version", "/proc/uda/namespace_node",
  "/proc/sys/kernel/osrelease", "/proc/sys/kernel/hostname", "/etc/os-release", "/etc/ascend_install.info", "/sys/devices/system/cpu/online",
  "/usr/local/Ascend/driver/version.info", "/usr/local/Ascend/firmware/version.info",
  ...["memory.max", "memory.high", "memory.current", "memory.stat", "cpu.max", "cpuset.cpus.effective"].map((name) => `/sys/fs/cgroup/${name}`),
  ...["memory.limit_in_bytes", "memory.usage_in_bytes"].map((name) => `/sys/fs/cgroup/memory/${name}`),
  ...["cpu.cfs_quota_us", "cpu.cfs_period_us"].map((name) => `/sys/fs/cgroup/cpu/${name}`),
];
const COMMANDS = ["lscpu", "lspci -nn", "lspci", "uname -a", "df -h", "df -Pk", "ldd --version", "getconf GNU_LIBC_VERSION", "nvidia-smi", "nvidia-smi -L", "nvidia-smi -q", "nvidia-smi -q -x", "nvidia-smi --version", "nvidia-smi topo"];
const NPU_TYPES = ["board", "memory", "usages", "common", "health", "topo", "ecc", "temp", "power"];
const ROOTS = /(?:^|\/)((?:proc|sys|etc|usr|run|dev|opt)\/.+)$/;

/**
 * What a file is by its name alone, where nothing in it tells: npu-smi-info-t-board-i-0.txt, proc_cpuinfo, or a copied tree (site/proc/meminfo).
 * @param name path inside the folder
 */
export function identifyByName(name: string): Identity | undefined {
  const copied = ROOTS.exec(name)?.[1];
  if (copied !== undefined) return { kind: "file", path: `/${copied}` };
  const stem = (name.split("/").at(-1) ?? "").replace(/\.(txt|log|out|md|csv|xml|json)$/i, "");
  return npuCommand(stem) ?? knownCommand(stem) ?? knownFile(stem);
}

function npuCommand(stem: string): Identity | undefined {
  const rest = /npu[-_ .]smi(.*)$/i.exec(stem)?.[1];
  if (rest === undefined) return undefined;
  const words = rest.split(/[-_ .=]+/).filter((word) => word !== "" && word !== "info");
  const type = words.find((word) => NPU_TYPES.includes(word));
  const [npu, chip] = words.filter((word) => /^\d+$/.test(word));
  const letter = words.find((word) => /^[ml]$/.test(word));
  const args = type !== undefined ? ["-t", type, ...(npu === undefined ? [] : ["-i", npu]), ...(chip === undefined ? [] : ["-c", chip])] : letter !== undefined ? [`-${letter}`] : [];
  return { kind: "command", command: "npu-smi", args: ["info", ...args] };
}

function knownCommand(stem: string): Identity | undefined {
  const line = COMMANDS.toSorted((a, b) => b.length - a.length).find((known) => contains(stem, known));
  if (line === undefined) return undefined;
  const [command = "", ...args] = line.split(" ");
  return { kind: "command", command, args: args[0] === "topo" ? ["topo", "-m"] : args };
}

function knownFile(stem: string): Identity | undefined {
  const path = KNOWN_FILES.find((known) => contains(stem, known)) ?? KNOWN_FILES.find((known) => contains(stem, known.split("/").at(-1) ?? "") && known !== "/usr/local/Ascend/firmware/version.info");
  return path === undefined ? undefined : { kind: "file", path };
}

/** Whether a name says this, whatever sign stands for blanks, slashes and hyphens. */
function contains(stem: string, known: string): boolean {
  const plain = (text: string): string => `-${text.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase()}-`;
  return plain(stem).includes(plain(known));
}
