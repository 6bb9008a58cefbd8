/** A program with its arguments, as `Host.run` takes them. */
export interface NvidiaCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * nvidia-smi refuses a whole query for one field that its version does not know, so there are four, each asking less: since driver 560, since 510, since 450, since ever.
 * Identity stands first: what a cut output loses is what matters least.
 */
export const GPU_QUERIES: readonly (readonly string[])[] = [
  [
    "index", "uuid", "pci.bus_id", "name", "driver_version", "memory.total", "memory.used", "memory.free", "compute_cap", "mig.mode.current", "serial", "compute_mode",
    "ecc.errors.uncorrected.volatile.total", "fabric.state", "fabric.status", "gpu_recovery_action", "pstate",
  ],
  [
    "index", "uuid", "pci.bus_id", "name", "driver_version", "memory.total", "memory.used", "memory.free", "compute_cap", "mig.mode.current", "serial", "compute_mode",
    "ecc.errors.uncorrected.volatile.total", "pstate",
  ],
  ["index", "uuid", "pci.bus_id", "name", "driver_version", "memory.total", "memory.used", "memory.free", "mig.mode.current", "serial", "compute_mode", "pstate"],
  ["index", "uuid", "pci.bus_id", "name", "driver_version", "memory.total", "memory.used", "memory.free", "pstate"],
];

/** The arguments of one of `GPU_QUERIES`; with header and units, so that neither has to be guessed. */
export function queryArguments(fields: readonly string[]): readonly string[] {
  return [`--query-gpu=${fields.join(",")}`, "--format=csv"];
}

/** On PATH; WSL; the driver volume of Kubernetes nodes; a PATH without /usr/bin. The first that is there is asked for everything. */
export const NVIDIA_SMI_PROGRAMS: readonly string[] = ["nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi", "/usr/local/nvidia/bin/nvidia-smi", "/usr/bin/nvidia-smi"];

/** What nvidia-smi is asked beside the queries; the list of GPUs comes first and finds the program. */
export const NVIDIA_SMI_ARGUMENTS = { list: ["-L"], table: [], xml: ["-q", "-x"], version: ["--version"], topology: ["topo", "-m"] } as const satisfies Record<string, readonly string[]>;

/** One that hangs in the driver never comes back; without persistence mode an honest answer for 16 GPUs takes up to 20 seconds. */
export const NVIDIA_SMI_TIMEOUT_MS = 30_000;
/** The others touch no device. */
export const COMPANION_TIMEOUT_MS = 5_000;

export const FABRIC_MANAGER: NvidiaCommand = { command: "systemctl", args: ["is-active", "nvidia-fabricmanager"] };
export const CONTAINER_TOOLKITS: readonly NvidiaCommand[] = [
  { command: "nvidia-ctk", args: ["--version"] },
  { command: "nvidia-container-cli", args: ["--version"] },
];

/** Every file, directory, device node, environment variable and command that `findNvidia` can ask for. `*` is any name in that place; a capture records what matches. */
export const NVIDIA_PROBES = {
  files: [
    "/proc/driver/nvidia/version",
    "/proc/driver/nvidia/gpus/*/information",
    "/sys/bus/pci/devices/*/vendor",
    "/sys/bus/pci/devices/*/class",
    "/sys/bus/pci/devices/*/numa_node",
    "/sys/bus/pci/devices/*/uevent",
    "/etc/nv_tegra_release",
    "/proc/device-tree/model",
  ],
  directories: ["/proc/driver/nvidia/gpus", "/sys/bus/pci/devices", "/dev"],
  /** Their type, permissions, owner, and whether this process may open them. */
  nodes: ["/dev/nvidia*", "/dev/dxg"],
  environment: ["CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES"],
  commands: [
    ...NVIDIA_SMI_PROGRAMS.flatMap((command): NvidiaCommand[] => [
      ...Object.values(NVIDIA_SMI_ARGUMENTS).map((args) => ({ command, args })),
      ...GPU_QUERIES.map((fields) => ({ command, args: queryArguments(fields) })),
    ]),
    FABRIC_MANAGER,
    ...CONTAINER_TOOLKITS,
  ],
} as const;
