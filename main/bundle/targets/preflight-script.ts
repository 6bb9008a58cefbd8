import { shellQuoted } from "./command-words.ts";
import { containerDevices } from "./container-devices.ts";
import { ggufFile } from "./llama-cpp.ts";
import { type Launch, type LaunchFile, type LaunchTarget, nodeDevices } from "./launch-target.ts";

const MIB = 2 ** 20;
/** What Node's own builds of today ask for. */
const NODE_GLIBC = "2.28";
/** The engine's archive and what is unpacked of it, twice 200 MB, and its compiled form's beginnings. */
const RUNTIME_MIB = 512;
/** Drivers report a little less memory than the tables say, and not the same on each card. */
const MEMORY_SHARE = 0.97;

/**
 * Compares the site with the profile that the plan was made for, changes nothing, and ends with 1 when something is missing that the engine needs. What only
 * differs from the profile is a warning: a newer driver may well do. PREFLIGHT_ROOT puts another tree in place of / (an image that is not booted, a test).
 */
export function preflightScript(target: LaunchTarget, launch: Launch): LaunchFile {
  const { machine, model, arrangement } = target;
  const platform = machine.platform;
  const memoryMib = Math.floor(hostMemoryBytes(target) / MIB);
  const diskMib = Math.ceil(arrangement.media.diskBytes / MIB) + (launch.image === null ? RUNTIME_MIB : 0);
  const lines = [
    HEADER,
    ...(platform.architecture === "other" ? [] : [`expect_same 'architecture' ${shellQuoted(platform.architecture)} "$(uname -m | sed 's/^arm64$/aarch64/;s/^amd64$/x86_64/')"`]),
    ...(launch.image === null ? [`at_least glibc ${NODE_GLIBC} "$(glibc)" fail`] : platform.libc?.kind === "glibc" && platform.libc.version !== null ? [`at_least glibc ${shellQuoted(platform.libc.version)} "$(glibc)" warn`] : []),
    `enough memory ${memoryMib} "$(sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' "$root/proc/meminfo" 2>/dev/null | awk '{ print int($1 / 1024) }')"`,
    // Where the model lies already, its room is taken and not wanted again.
    `if [ -d "$root"${shellQuoted(model.directory)} ]; then ok "the model's folder is there: ${model.directory.replaceAll(/["$`\\]/g, "")}"\nelse enough 'free disk' ${diskMib} "$(df -Pk "$(nearest "$root"${shellQuoted(model.directory)})" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')"\nfi`,
    ...deviceChecks(target),
    ...(launch.image === null ? [] : imageChecks(launch.image)),
    ...weightChecks(target),
    FOOTER,
  ];
  return { path: "preflight.sh", text: lines.join("\n") };
}

/** In the order in which Ascend's own settings look; releases since 8.5 have a folder of their own version. */
const CANN_FOLDERS = ["/usr/local/Ascend/cann", "/usr/local/Ascend/ascend-toolkit/latest"];
const CANN_VERSION = `$(for toolkit in "\${ASCEND_TOOLKIT_HOME:-${CANN_FOLDERS[0]}}" ${CANN_FOLDERS.join(" ")}; do cat "$root$toolkit"/*-linux/ascend_toolkit_install.info "$root$toolkit"/version.info "$root$toolkit"/*-linux/version.info 2>/dev/null; done | sed -n 's/^[Vv]ersion=//p' | head -n 1)`;
/** The second line of a chip has its bus id, and ends with what is used of its memory: HBM where there is such a column. */
const ASCEND_MEMORY = `sed -n 's/^|.*[0-9A-Fa-f]\\{4\\}:[0-9A-Fa-f]\\{2\\}:[0-9A-Fa-f]\\{2\\}\\.[0-9A-Fa-f].*\\/ *\\([1-9][0-9]*\\) *| *$/\\1/p'`;

/** On processors what the plan takes; beside cards, room to read the weights through. */
function hostMemoryBytes({ deviceKind, arrangement, machine }: LaunchTarget): number {
  if (deviceKind === "cpu") return arrangement.memory.usedBytes;
  return Math.min(machine.memory.totalBytes ?? Number.POSITIVE_INFINITY, 16 * 2 ** 30);
}

function deviceChecks(target: LaunchTarget): string[] {
  const devices = nodeDevices(target);
  const leastMib = Math.floor((Math.min(...devices.map(({ memory }) => memory.totalBytes ?? target.arrangement.memory.capacityBytes)) / MIB) * MEMORY_SHARE);
  const stack = target.machine.stacks.find(({ kind }) => kind === target.deviceKind);
  const recorded = (what: string, version: string | null | undefined, ask: string): string[] => (version === null || version === undefined ? [] : [`at_least ${shellQuoted(what)} ${shellQuoted(version)} "${ask}" warn`]);
  switch (target.deviceKind) {
    case "cpu":
      return [];
    case "nvidia":
      return [
        `if command -v nvidia-smi >/dev/null 2>&1; then\n  enough 'GPUs' ${devices.length} "$(nvidia-smi --query-gpu=index --format=csv,noheader | grep -c .)" ''\n  enough 'memory of the smallest GPU' ${leastMib} "$(nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits | sort -n | head -n 1)"`,
        ...recorded("Nvidia driver", stack?.driver, "$(nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -n 1)").map((line) => `  ${line}`),
        ...(target.kind === "tensorrt-llm" ? [`  at_least 'Nvidia driver for TensorRT-LLM' 575 "$(nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -n 1)" fail`] : []),
        "else fail 'nvidia-smi is not here: the driver is not installed'\nfi",
      ];
    case "ascend":
      return [
        `for device in ${containerDevices(target).devices.join(" ")}; do\n  if [ -e "$root$device" ]; then ok "$device"; else fail "$device is missing"; fi\ndone`,
        ...recorded("Ascend driver", stack?.driver, `$(sed -n 's/^[Vv]ersion=//p' "$root/usr/local/Ascend/driver/version.info" 2>/dev/null | head -n 1)`),
        ...recorded("CANN", stack?.cann, CANN_VERSION),
        `if command -v npu-smi >/dev/null 2>&1; then\n  if npu=$(npu-smi info 2>/dev/null); then\n    ok 'npu-smi answers'\n    least=$(printf '%s\\n' "$npu" | ${ASCEND_MEMORY} | sort -n | head -n 1)\n    if [ -n "$least" ]; then enough 'memory of the smallest device' ${leastMib} "$least"; else warn 'the table of npu-smi was not understood; compare the memory of the devices by hand'; fi\n  else fail 'npu-smi does not answer: is this user in group HwHiAiUser, and was the machine restarted after the driver was installed?'; fi\nelse fail 'npu-smi is not here: the driver is not installed'\nfi`,
      ];
    default:
      return target.deviceKind satisfies never;
  }
}

const imageChecks = (image: string): string[] => [
  `if ! command -v docker >/dev/null 2>&1; then warn 'docker is not here; look for the image where your container runtime keeps it'\nelif docker image inspect ${shellQuoted(image)} >/dev/null 2>&1; then ok ${shellQuoted(`image ${image}`)}\nelse fail ${shellQuoted(`image ${image} is not loaded: docker load -i, from the bundle's images folder or the archive you saved`)}\nfi`,
];

/** Weights that another tool makes are looked for, as the engine will. */
function weightChecks(target: LaunchTarget): string[] {
  const { kind, model, weights, arrangement } = target;
  if (weights.included) return [];
  const wanted = kind === "llama.cpp" ? ggufFile(target) : weights.maker === "msModelSlim" ? "quant_model_description.json" : "config.json";
  const file = `${model.directory}/${wanted}`;
  return [`if [ -e "$root"${shellQuoted(file)} ]; then ok ${shellQuoted(file)}; else fail ${shellQuoted(`${file} is missing: the weights in ${arrangement.precision.name} are made by ${weights.maker} and are not in the bundle`)}; fi`];
}

const HEADER = `#!/bin/sh
# Compares this machine with the profile that the plan was made for. Reads only; ends with 1 when something is missing.
set -u
root=\${PREFLIGHT_ROOT:-}
failures=0
ok() { printf 'ok    %s\\n' "$1"; }
warn() { printf 'warn  %s\\n' "$1"; }
fail() { printf 'FAIL  %s\\n' "$1"; failures=$((failures + 1)); }
glibc() { getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ print $2 }'; }
nearest() {
  at=$1
  while [ ! -d "$at" ]; do at=$(dirname "$at"); done
  printf '%s' "$at"
}
expect_same() { if [ "$2" = "$3" ]; then ok "$1 $3"; else fail "$1 is \${3:-unknown}, the profile says $2"; fi; }
# what, least, found, unit ("MiB" unless said)
enough() {
  unit=\${4-MiB}
  case "\${3:-}" in
  '' | *[!0-9]*) fail "$1 is unknown, $2 \${unit:+$unit }needed" ;;
  *) if [ "$3" -ge "$2" ]; then ok "$1: $3\${unit:+ $unit}, $2 needed"; else fail "$1: $3\${unit:+ $unit}, $2 needed"; fi ;;
  esac
}
# what, least, found, fail or warn
at_least() {
  if [ -z "\${3:-}" ]; then "$4" "$1 is unknown, the profile says $2"
  elif [ "$(printf '%s\\n%s\\n' "$2" "$3" | sort -t. -k1,1n -k2,2n -k3,3n -k4,4n | head -n 1)" = "$2" ]; then ok "$1 $3"
  else "$4" "$1 is $3, older than $2"
  fi
}
`;

const FOOTER = `if [ "$failures" -gt 0 ]; then
  echo "$failures missing: nothing was changed, and nothing should be started." >&2
  exit 1
fi
echo 'This machine is as the plan has it.'
`;
