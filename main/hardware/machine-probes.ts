/**
 * All that the finders of platform, processor, memory, NUMA and disks ask a host for; a record of a machine that holds these holds what they can find.
 * `*` stands for any text within one name. What a machine lacks is simply not there.
 */
export interface Probes {
  /** Read whole. */
  readonly files: readonly string[];
  /** Names in them are listed. */
  readonly directories: readonly string[];
  /** Asked whether they are there, what they are and who may open them; not read. */
  readonly statuses: readonly string[];
  readonly commands: readonly (readonly string[])[];
  readonly variables: readonly string[];
}

/** Read in each directory from this process's own control group up to the mount's root (main/hardware/find-cgroups.ts), as far as they exist. */
export const CGROUP_FILES = {
  v2: ["memory.max", "memory.high", "memory.current", "memory.stat", "cpu.max", "cpuset.cpus.effective"],
  v1: {
    memory: ["memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat", "memory.use_hierarchy"],
    cpu: ["cpu.cfs_quota_us", "cpu.cfs_period_us"],
    cpuset: ["cpuset.effective_cpus", "cpuset.cpus"],
  },
} as const;

const PLATFORM: Probes = {
  files: [
    "/proc/sys/kernel/ostype", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/hostname", "/etc/os-release", "/usr/lib/os-release",
    "/proc/1/cgroup", "/run/systemd/container", "/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name", "/sys/hypervisor/type",
  ],
  directories: ["/lib"],
  statuses: ["/.dockerenv", "/run/.containerenv"],
  commands: [["uname", "-srm"], ["getconf", "GNU_LIBC_VERSION"], ["ldd", "--version"], ["systemd-detect-virt", "--container"], ["systemd-detect-virt", "--vm"]],
  variables: ["KUBERNETES_SERVICE_HOST", "container"],
};

const CPU: Probes = {
  files: [
    "/proc/cpuinfo", "/proc/self/status", "/sys/devices/system/cpu/online",
    "/sys/devices/system/cpu/cpu*/topology/physical_package_id", "/sys/devices/system/cpu/cpu*/topology/core_siblings_list", "/sys/devices/system/cpu/cpu*/topology/thread_siblings_list",
    "/sys/devices/system/cpu/cpu*/cache/index3/level", "/sys/devices/system/cpu/cpu*/cache/index3/size", "/sys/devices/system/cpu/cpu*/cache/index3/shared_cpu_list",
  ],
  directories: [],
  statuses: [],
  commands: [["lscpu"]],
  variables: [],
};

const CGROUP: Probes = {
  files: [
    "/proc/self/cgroup", "/proc/self/mountinfo",
    // Where records hold no mountinfo, the usual places.
    ...CGROUP_FILES.v2.map((name) => `/sys/fs/cgroup/${name}`),
    ...Object.entries(CGROUP_FILES.v1).flatMap(([controller, names]) => names.map((name) => `/sys/fs/cgroup/${controller}/${name}`)),
  ],
  directories: [],
  statuses: [],
  commands: [],
  variables: [],
};

const NUMA: Probes = {
  files: ["/sys/devices/system/node/node*/cpulist", "/sys/devices/system/node/node*/meminfo"],
  directories: ["/sys/devices/system/node"],
  statuses: [],
  commands: [],
  variables: [],
};

const MEMORY: Probes = {
  files: ["/proc/meminfo", "/sys/kernel/mm/hugepages/hugepages-*kB/nr_hugepages", "/sys/kernel/mm/hugepages/hugepages-*kB/free_hugepages"],
  directories: ["/sys/kernel/mm/hugepages"],
  statuses: [],
  commands: [],
  variables: [],
};

const DISKS: Probes = { files: ["/proc/self/mounts"], directories: [], statuses: [], commands: [["df", "-Pk"]], variables: [] };

/** On machines without /proc: macOS and Windows. A capture script for Linux needs none of these. */
export const OTHER_SYSTEM_PROBES: Probes = {
  files: [],
  directories: [],
  statuses: [],
  commands: [["sysctl", "hw", "machdep.cpu", "vm.swapusage"], ["sw_vers"], ["vm_stat"], ["mount"]],
  variables: ["OS", "PROCESSOR_ARCHITECTURE", "PROCESSOR_ARCHITEW6432", "PROCESSOR_IDENTIFIER", "NUMBER_OF_PROCESSORS", "COMPUTERNAME"],
};

const PARTS = [PLATFORM, CPU, CGROUP, NUMA, MEMORY, DISKS];

export const MACHINE_PROBES: Probes = {
  files: PARTS.flatMap((part) => part.files),
  directories: PARTS.flatMap((part) => part.directories),
  statuses: PARTS.flatMap((part) => part.statuses),
  commands: PARTS.flatMap((part) => part.commands),
  variables: PARTS.flatMap((part) => part.variables),
};
