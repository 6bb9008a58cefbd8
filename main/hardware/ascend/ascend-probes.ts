/**
 * One thing that findAscend may ask a Host for. In paths, `*` is every name in that directory (with the given pattern around it) and
 * `$NAME` the value of that environment variable; in arguments, `{npu}` and `{chip}` are the ids that the mapping (`info -m`), the listing
 * (`info -l`) or the table (`info`) gave.
 */
export type AscendProbe =
  | { readonly kind: "file" | "directory" | "status"; readonly path: string }
  | { readonly kind: "command"; readonly command: string; readonly args: readonly string[]; readonly forEach: "machine" | "npu" | "chip"; readonly timeoutMs: number }
  | { readonly kind: "environment"; readonly name: string };

/** A driver in trouble answers after its own timeout of half a minute; beyond that it does not answer. */
export const SUMMARY_TIMEOUT_MS = 45_000;
/** One device's answer takes a second at most; a hung card must not hold up the seven others. */
export const DEVICE_TIMEOUT_MS = 15_000;

/** Where the driver's tool is: on the PATH, or where the driver's installer puts it, which a shell without login profile does not search. */
export const NPU_SMI_PATHS = ["npu-smi", "/usr/local/bin/npu-smi", "/usr/local/sbin/npu-smi"] as const;

/** Vendor's default; the driver's own place is in /etc/ascend_install.info. */
export const ASCEND_ROOT = "/usr/local/Ascend";

/** Directories that hold one CANN each, the first found counts: what the environment was set up for, then what the system's default leads to. */
export const CANN_HOMES = [
  "$ASCEND_TOOLKIT_HOME", "$ASCEND_HOME_PATH",
  `${ASCEND_ROOT}/cann`, `${ASCEND_ROOT}/ascend-toolkit/latest`, `${ASCEND_ROOT}/cann-*`, `${ASCEND_ROOT}/ascend-toolkit/*`,
  "$HOME/Ascend/cann", "$HOME/Ascend/ascend-toolkit/latest",
  `${ASCEND_ROOT}/nnrt/latest`, `${ASCEND_ROOT}/nnae/latest`,
] as const;

/** Files in such a directory that tell its version. */
export const CANN_VERSION_FILES = [
  "aarch64-linux/ascend_toolkit_install.info", "x86_64-linux/ascend_toolkit_install.info", "ascend_toolkit_install.info", "version.info",
  "aarch64-linux/ascend_nnrt_install.info", "x86_64-linux/ascend_nnrt_install.info", "ascend_nnrt_install.info",
  "aarch64-linux/ascend_nnae_install.info", "x86_64-linux/ascend_nnae_install.info", "ascend_nnae_install.info",
] as const;

export const NNAL_HOMES = [`${ASCEND_ROOT}/nnal/atb/latest`, `${ASCEND_ROOT}/nnal/atb/*`] as const;

/** Nodes beside /dev/davinciN that engines open; the manager has another name in some containers, devmm_svm is absent on some hosts of 950. */
export const COMPANION_NODES = ["/dev/davinci_manager", "/dev/davinci_manager_docker", "/dev/devmm_svm", "/dev/hisi_hdc"] as const;

/** lspci in the forms that people paste; asked for only where sysfs tells nothing. */
export const LSPCI_ARGUMENTS = [["-Dnn"], ["-nn"], []] as const;

export const RUNTIME_PATH = `${ASCEND_ROOT}/Ascend-Docker-Runtime/ascend-docker-runtime`;
/** Where the driver's installer says what it put where, and for which group. */
export const INSTALL_INFO = "/etc/ascend_install.info";
/** The driver's own account of which container holds which device; root only. */
export const NAMESPACE_NODE = "/proc/uda/namespace_node";
export const VISIBILITY_VARIABLES = ["ASCEND_RT_VISIBLE_DEVICES", "ASCEND_VISIBLE_DEVICES"] as const;
export const PCI_DIRECTORY = "/sys/bus/pci/devices";

const file = (path: string): AscendProbe => ({ kind: "file", path });
const npuSmi = (args: string, forEach: "machine" | "npu" | "chip"): AscendProbe => ({
  kind: "command", command: "npu-smi", args: args.split(" "), forEach, timeoutMs: forEach === "machine" ? SUMMARY_TIMEOUT_MS : DEVICE_TIMEOUT_MS,
});

/** Everything that findAscend can ask for, in its order. A capture script is written from this list. `npu-smi` is looked for at NPU_SMI_PATHS. */
export const ASCEND_PROBES: readonly AscendProbe[] = [
  { kind: "directory", path: PCI_DIRECTORY },
  file(`${PCI_DIRECTORY}/*/vendor`),
  // Of devices whose vendor is 0x19e5:
  file(`${PCI_DIRECTORY}/*/class`), file(`${PCI_DIRECTORY}/*/device`), file(`${PCI_DIRECTORY}/*/numa_node`),
  ...LSPCI_ARGUMENTS.map((args): AscendProbe => ({ kind: "command", command: "lspci", args, forEach: "machine", timeoutMs: DEVICE_TIMEOUT_MS })),

  { kind: "directory", path: "/dev" },
  { kind: "status", path: "/dev/davinci*" },
  ...COMPANION_NODES.map((path): AscendProbe => ({ kind: "status", path })),

  npuSmi("info", "machine"), npuSmi("info -l", "machine"), npuSmi("info -m", "machine"), npuSmi("info -t topo", "machine"),
  npuSmi("info -t board -i {npu}", "npu"), npuSmi("info -t memory -i {npu}", "npu"),
  npuSmi("info -t usages -i {npu}", "npu"), npuSmi("info -t common -i {npu}", "npu"),
  npuSmi("info -t board -i {npu} -c {chip}", "chip"), npuSmi("info -t health -i {npu} -c {chip}", "chip"),
  // Which container holds a card that answers -8020:
  file(NAMESPACE_NODE),

  // The two version files also below the Driver_ and Firmware_Install_Path_Param that the first names.
  file(INSTALL_INFO), file(`${ASCEND_ROOT}/driver/version.info`), file(`${ASCEND_ROOT}/firmware/version.info`),
  { kind: "directory", path: ASCEND_ROOT }, { kind: "directory", path: `${ASCEND_ROOT}/ascend-toolkit` }, { kind: "directory", path: `${ASCEND_ROOT}/nnal/atb` },
  ...CANN_HOMES.flatMap((home) => CANN_VERSION_FILES.map((name) => file(`${home}/${name}`))),
  ...NNAL_HOMES.map((home) => file(`${home}/version.info`)),
  { kind: "status", path: RUNTIME_PATH },

  { kind: "environment", name: "ASCEND_TOOLKIT_HOME" }, { kind: "environment", name: "ASCEND_HOME_PATH" }, { kind: "environment", name: "HOME" },
  ...VISIBILITY_VARIABLES.map((name): AscendProbe => ({ kind: "environment", name })),
];
