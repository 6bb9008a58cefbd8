#!/bin/sh
#
# capture.sh: what hardware is this, written down for Sallyport.
#
#   sh capture.sh > site.json            everything listed below
#   sh capture.sh --redact > site.json   the same without serial numbers, UUIDs, MAC and IP addresses, host and user names
#   sh capture.sh --help
#
# FOR THE REVIEWER
#   It reads       the files and directories and asks the programs listed in section 1, and nothing else.
#   It writes      one JSON document to standard output. No file is made or changed, also no temporary one. It sends nothing:
#                  no program it asks opens a network connection.
#   It needs       no root, no installation, no Sallyport; a POSIX shell, and awk, cat, date, head, ls, od, sleep, uname (GNU or busybox).
#   It ends        by itself: every program is stopped after its time limit, every answer is cut at 2 MiB. A machine without
#                  accelerators takes seconds; a hung driver may take some minutes.
#   The result     is text: one line for each file, directory or command. Read it before you carry it out.
#
# SPDX-License-Identifier: Apache-2.0

set -u
LC_ALL=C
export LC_ALL
# Drivers install their tools where a plain user's PATH does not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

VERSION=1

# ---------------------------------------------------------------------------------------------------------------------
# 1. What is read
# ---------------------------------------------------------------------------------------------------------------------

# Whole text. `*` is any name in that place.
FILES='
/proc/sys/kernel/ostype
/proc/sys/kernel/osrelease
/proc/sys/kernel/hostname
/etc/os-release
/usr/lib/os-release
/proc/1/cgroup
/run/systemd/container
/sys/class/dmi/id/sys_vendor
/sys/class/dmi/id/product_name
/sys/hypervisor/type
/proc/device-tree/model
/etc/nv_tegra_release
/proc/cpuinfo
/proc/self/status
/proc/meminfo
/proc/self/cgroup
/proc/self/mountinfo
/proc/self/mounts
/proc/driver/nvidia/version
/proc/driver/nvidia/gpus/*/information
/proc/uda/namespace_node
/etc/ascend_install.info
/usr/local/Ascend/driver/version.info
/usr/local/Ascend/firmware/version.info
'

# Where Huawei's installer put the driver elsewhere, also driver/version.info and firmware/version.info there; the first of these files says where.
INSTALL_INFO=/etc/ascend_install.info

# The kernel's own small files, of which there are hundreds.
KERNEL_FILES='
/sys/devices/system/cpu/online
/sys/devices/system/cpu/cpu*/topology/physical_package_id
/sys/devices/system/cpu/cpu*/topology/core_siblings_list
/sys/devices/system/cpu/cpu*/topology/thread_siblings_list
/sys/devices/system/cpu/cpu*/cache/index3/level
/sys/devices/system/cpu/cpu*/cache/index3/size
/sys/devices/system/cpu/cpu*/cache/index3/shared_cpu_list
/sys/devices/system/node/node*/cpulist
/sys/devices/system/node/node*/meminfo
/sys/kernel/mm/hugepages/hugepages-*kB/nr_hugepages
/sys/kernel/mm/hugepages/hugepages-*kB/free_hugepages
/sys/bus/pci/devices/*/vendor
'

# Of PCI devices of Huawei (0x19e5) and Nvidia (0x10de) also these.
PCI_FILES='class device numa_node uevent'

# In every directory from this process's own control group up to the root of its hierarchy: how much memory and processor it may use.
CGROUP_V2_FILES='memory.max memory.high memory.current memory.stat cpu.max cpuset.cpus.effective'
CGROUP_V1_FILES='memory.limit_in_bytes memory.usage_in_bytes memory.stat memory.use_hierarchy
cpu.cfs_quota_us cpu.cfs_period_us cpuset.effective_cpus cpuset.cpus'

# Directories that may hold Huawei's CANN or NNAL, and the files in them that tell the version.
CANN_HOMES="
${ASCEND_TOOLKIT_HOME:-}
${ASCEND_HOME_PATH:-}
/usr/local/Ascend/cann
/usr/local/Ascend/ascend-toolkit/latest
/usr/local/Ascend/cann-*
/usr/local/Ascend/ascend-toolkit/*
${HOME:+$HOME/Ascend/cann}
${HOME:+$HOME/Ascend/ascend-toolkit/latest}
/usr/local/Ascend/nnrt/latest
/usr/local/Ascend/nnae/latest
"
CANN_FILES='
aarch64-linux/ascend_toolkit_install.info
x86_64-linux/ascend_toolkit_install.info
ascend_toolkit_install.info
version.info
aarch64-linux/ascend_nnrt_install.info
x86_64-linux/ascend_nnrt_install.info
ascend_nnrt_install.info
aarch64-linux/ascend_nnae_install.info
x86_64-linux/ascend_nnae_install.info
ascend_nnae_install.info
'
NNAL_HOMES='
/usr/local/Ascend/nnal/atb/latest
/usr/local/Ascend/nnal/atb/*
'

# The names in them, not their content.
DIRECTORIES='
/dev
/lib
/proc/driver/nvidia/gpus
/sys/bus/pci/devices
/sys/devices/system/node
/sys/kernel/mm/hugepages
/usr/local/Ascend
/usr/local/Ascend/ascend-toolkit
/usr/local/Ascend/nnal/atb
'

# Kind, permissions, owner and whether this user may open it. They are not opened.
STATUSES='
/dev/davinci*
/dev/davinci_manager
/dev/davinci_manager_docker
/dev/devmm_svm
/dev/hisi_hdc
/dev/nvidia*
/dev/dxg
/usr/local/Ascend/Ascend-Docker-Runtime/ascend-docker-runtime
/.dockerenv
/run/.containerenv
'

# Seconds allowed, program, arguments. Versions, lists and states; none changes anything.
COMMANDS='
5 uname -srm
5 getconf GNU_LIBC_VERSION
5 ldd --version
5 systemd-detect-virt --container
5 systemd-detect-virt --vm
5 lscpu
15 df -Pk
15 lspci -Dnn
15 lspci -nn
15 lspci
5 systemctl is-active nvidia-fabricmanager
5 nvidia-ctk --version
5 nvidia-container-cli --version
5 docker --version
5 podman --version
5 containerd --version
5 kubelet --version
5 python3 --version
'

# Where df does not answer for all (a server that is gone holds it up), it is asked for each mount of this machine's own disks: df -Pk DIRECTORY.
NETWORK_FILESYSTEMS='nfs nfs4 cifs smb3 smbfs ceph lustre glusterfs fuse.glusterfs fuse.sshfs fuse.ceph beegfs gpfs afs 9p ncpfs fuse.s3fs fuse.rclone orangefs pvfs2 wekafs dpc'

# Huawei's tool: the machine, then each NPU, then each chip that the tool itself lists.
NPU_SMI_PLACES='npu-smi /usr/local/bin/npu-smi /usr/local/sbin/npu-smi /usr/local/Ascend/driver/tools/npu-smi'
NPU_SMI_MACHINE='
45 info
45 info -l
45 info -m
45 info -t topo
'
NPU_SMI_NPU='
15 info -t board -i {npu}
15 info -t memory -i {npu}
15 info -t usages -i {npu}
15 info -t common -i {npu}
'
NPU_SMI_CHIP='
15 info -t board -i {npu} -c {chip}
15 info -t health -i {npu} -c {chip}
'

# Nvidia's tool. Of the queries the first that the installed version understands is enough.
NVIDIA_SMI_PLACES='nvidia-smi /usr/lib/wsl/lib/nvidia-smi /usr/local/nvidia/bin/nvidia-smi /usr/bin/nvidia-smi /usr/local/bin/nvidia-smi'
NVIDIA_SMI_MACHINE='
30 -L
30
30 -q -x
30 --version
30 topo -m
'
NVIDIA_SMI_QUERIES='
30 --query-gpu=index,uuid,pci.bus_id,name,driver_version,memory.total,memory.used,memory.free,compute_cap,mig.mode.current,serial,compute_mode,ecc.errors.uncorrected.volatile.total,fabric.state,fabric.status,gpu_recovery_action,pstate --format=csv
30 --query-gpu=index,uuid,pci.bus_id,name,driver_version,memory.total,memory.used,memory.free,compute_cap,mig.mode.current,serial,compute_mode,ecc.errors.uncorrected.volatile.total,pstate --format=csv
30 --query-gpu=index,uuid,pci.bus_id,name,driver_version,memory.total,memory.used,memory.free,mig.mode.current,serial,compute_mode,pstate --format=csv
30 --query-gpu=index,uuid,pci.bus_id,name,driver_version,memory.total,memory.used,memory.free,pstate --format=csv
'

# Environment variables; no other is read into the result.
VARIABLES='HOME container KUBERNETES_SERVICE_HOST
ASCEND_TOOLKIT_HOME ASCEND_HOME_PATH ASCEND_RT_VISIBLE_DEVICES ASCEND_VISIBLE_DEVICES CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES'

# ---------------------------------------------------------------------------------------------------------------------
# 2. Text as JSON
# ---------------------------------------------------------------------------------------------------------------------

# 2 MiB: the longest honest answers (nvidia-smi -q -x of sixteen partitioned GPUs, /proc/cpuinfo of 512 processors) are about 1.
LIMIT_BYTES=2097152
NEWLINE='
'

# Any bytes on standard input become one JSON string in plain ASCII. What is no UTF-8 becomes U+FFFD as browsers do it, NUL is left out.
# Above LIMIT_BYTES it is cut, and $1 follows. `od` shows awk the bytes as numbers, so that no awk has to hold bytes it may not know.
to_json() {
  { head -c $((LIMIT_BYTES + 1)); cat >/dev/null; } | od -An -v -tx1 | awk -v limit="$LIMIT_BYTES" -v cut="$1" '
    function put(code) {
      if (code < 65536) text = text sprintf("\\u%04x", code)
      else text = text sprintf("\\u%04x\\u%04x", 55296 + int((code - 65536) / 1024), 56320 + (code - 65536) % 1024)
    }
    function lead(byte) {
      low = 128; high = 191
      if (byte < 128) text = text ascii[byte]
      else if (byte >= 194 && byte <= 223) { needed = 1; code = byte - 192 }
      else if (byte >= 224 && byte <= 239) { needed = 2; code = byte - 224; if (byte == 224) low = 160; if (byte == 237) high = 159 }
      else if (byte >= 240 && byte <= 244) { needed = 3; code = byte - 240; if (byte == 240) low = 144; if (byte == 244) high = 143 }
      else put(65533)
    }
    BEGIN {
      for (i = 0; i < 256; i++) value[sprintf("%02x", i)] = i
      for (i = 0; i < 128; i++) ascii[i] = i < 32 || i == 127 ? sprintf("\\u%04x", i) : sprintf("%c", i)
      ascii[0] = ""; ascii[9] = "\\t"; ascii[10] = "\\n"; ascii[13] = "\\r"; ascii[34] = "\\\""; ascii[92] = "\\\\"
      printf "\""
    }
    count + NF > limit { NF = limit - count; over = 1 }
    {
      count += NF
      for (i = 1; i <= NF; i++) {
        byte = value[$i]
        if (needed == 0) { if (byte < 128) text = text ascii[byte]; else lead(byte) }
        else if (byte >= low && byte <= high) {
          code = code * 64 + byte - 128; low = 128; high = 191
          if (--needed == 0) put(code)
        } else { needed = 0; put(65533); lead(byte) }
      }
      if (length(text) > 1000) { printf "%s", text; text = "" }
    }
    END {
      if (needed > 0 && !over) put(65533)
      printf "%s\"%s", text, over ? cut : ""
    }'
}

# One word as a JSON string. Plain ones, which nearly all are, need no program.
quoted() {
  case $1 in
    *[!\ -~]* | *\"* | *\\*) printf '%s' "$1" | to_json '' ;;
    *) printf '"%s"' "$1" ;;
  esac
}

# Lines on standard input become a JSON array of strings.
to_json_array() {
  separator=
  printf '['
  while IFS= read -r name; do
    printf '%s' "$separator"
    quoted "$name"
    separator=,
  done
  printf ']'
}

# `open_list NAME` … `next_item` before each item … `close_list`
open_list() { printf ',\n"%s":[' "$1"; between=$NEWLINE; recorded=$NEWLINE; }
next_item() { printf '%s' "$between"; between=",$NEWLINE"; }
close_list() { printf ']'; }

# ---------------------------------------------------------------------------------------------------------------------
# 3. Asking programs
# ---------------------------------------------------------------------------------------------------------------------

# A program in a session of its own can be stopped together with all that it started.
if command -v setsid >/dev/null 2>&1; then SESSION=setsid; else SESSION=; fi

stop() {
  if [ -n "$SESSION" ]; then kill -s "$1" -- "-$2"; else kill -s "$1" "$2"; fi
}

# limited SECONDS PROGRAM ARGUMENT…: runs it without input; tells exit code and whether time was up on descriptor 9.
# (timeout(1) is not used: its exit code 124 is also one of npu-smi's, and busybox's does not stop what the program started.)
limited() {
  seconds=$1
  shift
  $SESSION "$@" </dev/null 8>&- 9>&- &
  asked=$!
  {
    clock=
    trap 'kill "$clock"; exit 1' TERM
    sleep "$seconds" &
    clock=$!
    wait "$clock"
    # From here on time was up, even if the program ends by the first signal.
    trap '' TERM
    stop TERM "$asked"
    sleep 1
    stop KILL "$asked"
    exit 0
  } >/dev/null 2>&1 8>&- 9>&- &
  guard=$!
  wait "$asked" 2>/dev/null
  exit_code=$?
  kill "$guard" 2>/dev/null
  if wait "$guard" 2>/dev/null; then timed_out=true; else timed_out=false; fi
  printf ',"exitCode":%s,"timedOut":%s,"limitMs":%s000' "$exit_code" "$timed_out" "$seconds" >&9
}

# answer SECONDS PROGRAM ARGUMENT…: exit code, stderr and stdout as members of a JSON object. stdout passes by on descriptor 8 while stderr is collected.
answer() {
  stdout=$(
    {
      stderr=$({ limited "$@" 2>&1 >&8; } | to_json '')
      printf ',"stderr":%s' "$stderr" >&9
    } 8>&1 | to_json ',"cut":true'
  )
  printf ',"stdout":%s' "$stdout"
}

# ask SECONDS PROGRAM ARGUMENT…: one item of "commands". Leaves the answer in `said`; `failed` tells whether it is one to go on from.
# A program that three times did not answer in time is not asked again: a hung driver would take an hour for all its cards.
ask() {
  seconds=${TIME_LIMIT:-$1}
  shift
  failed=yes
  said=
  next_item
  printf '{"argv":'
  for word in "$@"; do printf '%s\n' "$word"; done | to_json_array
  case $(command -v "$1" 2>/dev/null) in
    /*)
      if [ "$unanswered" -ge 3 ]; then said=',"error":"skipped"'; else said=$(answer "$seconds" "$@" 9>&1); fi
      ;;
    *) if [ -f "$1" ]; then said=',"error":"denied"'; else said=',"error":"missing"'; fi ;;
  esac
  case $said in
    *'"exitCode":0,"timedOut":false'*) failed=no ;;
    *'"timedOut":true'*) unanswered=$((unanswered + 1)) ;;
  esac
  printf '%s}' "$said"
}

# each_line LIST FUNCTION ARGUMENT…: calls the function with the words of every line behind the arguments; no names are expanded.
each_line() {
  list=$1
  shift
  while [ -n "$list" ]; do
    line=${list%%"$NEWLINE"*}
    list=${list#*"$NEWLINE"}
    set -f
    # shellcheck disable=SC2086 # Words of a list of section 1.
    if [ -n "$line" ]; then "$@" $line; fi
    set +f
  done
}

ask_plain() {
  unanswered=0
  ask "$@"
  case $2 in df) disks_said=$said ;; esac
}

# ask_tool PROGRAM SECONDS ARGUMENT…
ask_tool() {
  tool=$1
  seconds=$2
  shift 2
  ask "$seconds" "$tool" "$@"
}

# The places of a list up to the first where the program is: those before it are recorded as missing. Leaves that one in `found`.
find_tool() {
  found=
  unanswered=0
  for place in $1; do
    if command -v "$place" >/dev/null 2>&1; then
      found=$place
      return
    fi
    ask 1 "$place"
  done
}

# ---------------------------------------------------------------------------------------------------------------------
# 4. The sections of the result
# ---------------------------------------------------------------------------------------------------------------------

# Why a path that [ -e ] does not see is not to be had.
why_absent() {
  above=$1
  while above=${above%/*} && [ -n "$above" ]; do
    if [ -d "$above" ]; then
      if [ -x "$above" ]; then printf absent; else printf denied; fi
      return
    fi
  done
  printf absent
}

# Whether a path of the section comes for the first time; patterns overlap.
is_new() {
  case $recorded in *"$NEWLINE$1$NEWLINE"*) return 1 ;; esac
  recorded=$recorded$1$NEWLINE
}

# One item {"path":…,"error":…}
not_had() {
  next_item
  printf '{"path":'
  quoted "$1"
  printf ',"error":"%s"}' "$2"
}

record_file() {
  if [ ! -e "$1" ]; then not_had "$1" "$(why_absent "$1")"; return; fi
  if [ ! -r "$1" ]; then not_had "$1" denied; return; fi
  # A pipe or device in place of a file is not opened.
  if [ ! -f "$1" ]; then not_had "$1" failed; return; fi
  said=$(answer 10 cat "$1" 9>&1)
  case $said in
    *'"exitCode":0,"timedOut":false'*)
      next_item
      printf '{"path":'
      quoted "$1"
      printf ',"content":%s}' "${said#*,\"stdout\":}"
      ;;
    *) not_had "$1" failed ;;
  esac
}

# A small file, read by the shell itself where it holds plain text: thousands of them would take thousands of programs.
record_kernel_file() {
  content=
  line=
  plain=no
  if [ -f "$1" ] && [ -r "$1" ]; then
    while IFS= read -r line; do content="$content$line\\n"; done 2>/dev/null <"$1"
    content=$content$line
    case $content in
      '' | *[!\ -~]* | *\"* | *\\[!n]* | *\\) ;;
      *) plain=yes ;;
    esac
  fi
  if [ $plain = no ]; then record_file "$1"; return; fi
  next_item
  printf '{"path":'
  quoted "$1"
  printf ',"content":"%s"}' "$content"
}

# each_path LIST FUNCTION: every path of a list, with `*` expanded. A pattern that nothing matches is left out.
each_path() {
  IFS=$NEWLINE
  # shellcheck disable=SC2086 # Lines and patterns are meant to become words.
  set -- "$2" $1
  unset IFS
  call=$1
  shift
  for path in "$@"; do
    case $path in *\**) [ -e "$path" ] || continue ;; esac
    if is_new "$path"; then "$call" "$path"; fi
  done
}

record_pci_device() {
  case $(cat "$1/vendor" 2>/dev/null) in
    0x19e5 | 0x10de) for name in $PCI_FILES; do record_kernel_file "$1/$name"; done ;;
  esac
}

# record_versions_in DIRECTORY: where it is missing, that is all there is to say.
record_versions_in() {
  if [ -d "$1" ]; then
    for name in $version_files; do record_file "$1/$name"; done
  else
    not_had "$1" "$(why_absent "$1")"
  fi
}

# Directories of this process's control groups, from its own up to where the hierarchy is mounted.
# mountinfo: fourth word what of the hierarchy is mounted, fifth where; behind the lone hyphen the type. Paths in it write a blank as \040.
cgroup_directories() {
  awk '
    FNR == 1 { part++ }
    part == 1 {
      for (i = 7; i <= NF && $i != "-"; i++);
      if ($(i + 1) != "cgroup" && $(i + 1) != "cgroup2") next
      count++; root[count] = $4; place[count] = $5; options[count] = "," $(i + 3) ","; type[count] = $(i + 1)
      next
    }
    {
      split($0, field, ":")
      path = substr($0, length(field[1]) + length(field[2]) + 3)
      for (i = 1; i <= count; i++) {
        if (field[2] == "") { if (type[i] != "cgroup2") continue }
        else { split(field[2], controller, ","); if (type[i] != "cgroup" || !index(options[i], "," controller[1] ",")) continue }
        below = path
        if (root[i] != "/") below = index(path, root[i]) == 1 ? substr(path, length(root[i]) + 1) : ""
        if (below ~ /\/\.\.(\/|$)/) below = ""
        sub(/\/$/, "", below)
        while (1) { print type[i] " " place[i] below; if (below == "") break; sub(/\/[^\/]*$/, "", below) }
      }
    }' /proc/self/mountinfo /proc/self/cgroup 2>/dev/null
}

# record_cgroup "TYPE DIRECTORY"
record_cgroup() {
  case $1 in
    'cgroup2 '*) for name in $CGROUP_V2_FILES; do record_kernel_file "${1#* }/$name"; done ;;
    *) for name in $CGROUP_V1_FILES; do if [ -e "${1#* }/$name" ]; then record_kernel_file "${1#* }/$name"; fi; done ;;
  esac
}

record_installed_versions() {
  for part in driver firmware; do
    name=$(printf '%s' "$part" | sed 's/^d/D/; s/^f/F/')
    place=$(sed -n "s/^${name}_Install_Path_Param=//p" "$INSTALL_INFO" 2>/dev/null | head -n 1)
    if [ -n "$place" ]; then each_path "${place%/}/$part/version.info" record_file; fi
  done
}

record_directory() {
  if [ ! -e "$1" ]; then not_had "$1" "$(why_absent "$1")"; return; fi
  if [ ! -d "$1" ]; then not_had "$1" failed; return; fi
  if [ ! -r "$1" ] || [ ! -x "$1" ]; then not_had "$1" denied; return; fi
  next_item
  printf '{"path":'
  quoted "$1"
  printf ',"names":'
  for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    if [ -e "$entry" ] || [ -L "$entry" ]; then printf '%s\n' "${entry##*/}"; fi
  done | to_json_array
  printf '}'
}

record_status() {
  if [ ! -e "$1" ]; then not_had "$1" "$(why_absent "$1")"; return; fi
  next_item
  printf '{"path":'
  quoted "$1"
  if [ -r "$1" ]; then readable=true; else readable=false; fi
  if [ -w "$1" ]; then writable=true; else writable=false; fi
  # The long form of ls: kind and permissions, links, owner, group.
  # shellcheck disable=SC2012 # stat(1) is in no standard.
  ls -ldL "$1" | awk -v readable=$readable -v writable=$writable '
    NR == 1 {
      kind = substr($1, 1, 1)
      kind = kind == "-" ? "file" : kind == "d" ? "directory" : kind == "c" ? "characterDevice" : kind == "b" ? "blockDevice" : "other"
      bits = 0
      for (i = 2; i <= 10; i++) bits = bits * 2 + (substr($1, i, 1) ~ /[rwxst]/)
      bits += 2048 * (substr($1, 4, 1) ~ /[sS]/) + 1024 * (substr($1, 7, 1) ~ /[sS]/) + 512 * (substr($1, 10, 1) ~ /[tT]/)
      gsub(/["\\]/, "", $3); gsub(/["\\]/, "", $4)
      printf ",\"kind\":\"%s\",\"mode\":%d,\"owner\":\"%s\",\"group\":\"%s\",\"readable\":%s,\"writable\":%s}", kind, bits, $3, $4, readable, writable
    }'
}

# One line of /proc/self/mounts; a blank in a directory's name is written as \040.
record_mount() {
  case " $NETWORK_FILESYSTEMS " in *" $3 "*) return ;; esac
  case $1 in /*) ask 2 df -Pk "$(printf '%b' "$(printf '%s' "$2" | sed 's/\\\([0-7]\)/\\0\1/g')")" ;; esac
}

record_mounts_if_needed() {
  case $disks_said in *'"timedOut":true'*) ;; *) return 0 ;; esac
  unanswered=0
  each_line "$(cat /proc/self/mounts 2>/dev/null)$NEWLINE" record_mount
}

# The ids that npu-smi gave: by the mapping (info -m), else by the list (info -l), else by the table (info). One line for each chip: NPU, chip.
chip_ids() {
  awk '
    { sub(/.*"stdout":"/, ""); gsub(/\\t/, " "); count = split($0, row, /\\n/); kind++
      npu = ""; process = 0
      for (r = 1; r <= count; r++) {
        words = split(row[r], word, /[ |]+/)
        first = word[1] == "" ? 2 : 1
        if (kind == 1 && row[r] !~ /[Mm][Cc][Uu]/ && word[first] ~ /^[0-9]+$/) mapped[++m] = word[first] " " (word[first + 1] ~ /^[0-9]+$/ && words > first + 2 ? word[first + 1] : 0)
        if (kind == 2 && row[r] ~ /NPU ID *:/) { npu = word[words] == "" ? word[words - 1] : word[words]; listed[++l] = npu " 0" }
        if (kind == 2 && row[r] ~ /Chip Count *:/ && npu != "") { chips = word[words] == "" ? word[words - 1] : word[words]; for (c = 1; c < chips && c < 64; c++) listed[++l] = npu " " c }
        if (kind == 3 && row[r] ~ /Process/) process = 1
        if (kind == 3 && !process && row[r] ~ /^ *\| *[0-9]+ /) {
          if (row[r] ~ /[|] *([0-9A-Fa-f]+:[0-9A-Fa-fxX]+:[0-9A-Fa-fxX]+\.[0-9A-Fa-fxX]+|NA) *[|]/) { if (npu != "") tabled[++t] = npu " " word[2] }
          else npu = word[2]
        }
      }
    }
    END {
      if (m > 0) for (i = 1; i <= m; i++) print mapped[i]
      else if (l > 0) for (i = 1; i <= l; i++) print listed[i]
      else for (i = 1; i <= t; i++) print tabled[i]
    }' | sort -u -n -k 1,1 -k 2,2
}

record_ascend() {
  find_tool "$NPU_SMI_PLACES"
  [ -n "$found" ] || return 0
  mapping=
  listing=
  table=
  each_line "$NPU_SMI_MACHINE" keep_ids
  known=
  for pair in $(printf '%s\n%s\n%s\n' "$mapping" "$listing" "$table" | chip_ids | tr ' ' :); do
    npu=${pair%:*}
    chip=${pair#*:}
    if [ "$npu" != "$known" ]; then each_line "$NPU_SMI_NPU" ask_for_ids; fi
    known=$npu
    each_line "$NPU_SMI_CHIP" ask_for_ids
  done
}

keep_ids() {
  ask_tool "$found" "$@"
  shift
  case $* in
    'info -m') mapping=$said ;;
    'info -l') listing=$said ;;
    info) table=$said ;;
  esac
}

ask_for_ids() {
  seconds=$1
  shift
  for word in "$@"; do
    shift
    case $word in '{npu}') word=$npu ;; '{chip}') word=$chip ;; esac
    set -- "$@" "$word"
  done
  ask "$seconds" "$found" "$@"
}

record_nvidia() {
  find_tool "$NVIDIA_SMI_PLACES"
  [ -n "$found" ] || return 0
  each_line "$NVIDIA_SMI_MACHINE" ask_tool "$found"
  failed=yes
  each_line "$NVIDIA_SMI_QUERIES" ask_unless_answered
}

ask_unless_answered() {
  if [ "$failed" = yes ]; then ask_tool "$found" "$@"; fi
}

record_environment() {
  separator=
  for name in $VARIABLES; do
    eval "is_set=\${$name+yes} content=\${$name-}"
    if [ "${is_set:-}" = yes ]; then
      printf '%s"%s":' "$separator" "$name"
      quoted "$content"
      separator=,
    fi
  done
}

# The digest of this text, where it lies in a file, so that a capture can be tied to what was reviewed.
own_digest() {
  if [ -f "$0" ] && command -v sha256sum >/dev/null 2>&1; then sha256sum <"$0" 2>/dev/null | cut -d ' ' -f 1; fi
}

record_all() {
  printf '{"format":"sallyport-capture","formatVersion":1,"capturedAt":"%s","redacted":%s' "$(date -u '+%Y-%m-%dT%H:%M:%SZ')" "$REDACT"
  digest=$(own_digest)
  printf ',\n"script":{"version":%s%s}' "$VERSION" "${digest:+,\"sha256\":\"$digest\"}"
  printf ',\n"environment":{'
  record_environment
  printf '}'

  open_list files
  each_path "$FILES" record_file
  each_path "$KERNEL_FILES" record_kernel_file
  each_path '/sys/bus/pci/devices/*' record_pci_device
  each_path "$(cgroup_directories)" record_cgroup
  record_installed_versions
  version_files=$CANN_FILES
  each_path "$CANN_HOMES" record_versions_in
  version_files=version.info
  each_path "$NNAL_HOMES" record_versions_in
  close_list

  open_list directories
  each_path "$DIRECTORIES" record_directory
  close_list

  open_list statuses
  each_path "$STATUSES" record_status
  close_list

  open_list commands
  disks_said=
  each_line "$COMMANDS" ask_plain
  record_mounts_if_needed
  record_ascend
  record_nvidia
  close_list
  printf '}\n'
}

# ---------------------------------------------------------------------------------------------------------------------
# 5. --redact
# ---------------------------------------------------------------------------------------------------------------------

# The finished result passes through once. The same name always becomes the same other name, so that what belonged together still does.
# Left as they are: PCI addresses, which say only in which slot a card is, and version numbers that look like IP addresses.
redacted() {
  awk -v host="$(uname -n 2>/dev/null)" -v user="$(id -un 2>/dev/null)" '
    # stand_in KIND ORIGINAL: the same for the same, numbered in the order of appearance.
    function stand_in(kind, original) {
      if (!((kind, original) in known)) known[kind, original] = ++seen[kind]
      return known[kind, original]
    }
    function uuid(original) { return "00000000-0000-0000-0000-" sprintf("%012d", stand_in("uuid", original)) }
    function digits(original, width) { return sprintf("%0" width "d", stand_in("id", original)) }
    function mac(original) { return "02:00:00:00:00:" sprintf("%02x", stand_in("mac", original) % 256) }
    function is_word(character) { return character ~ /[A-Za-z0-9]/ }

    # Every match of a pattern, replaced by what its kind says; `before` and `after` are what stands beside it.
    function each_match(text, pattern, kind,    done, at, end, found, before) {
      done = ""
      while (match(text, pattern)) {
        at = RSTART
        end = RSTART + RLENGTH
        found = substr(text, at, end - at)
        done = done substr(text, 1, at - 1)
        before = length(done) > 80 ? substr(done, length(done) - 79) : done
        done = done replaced(kind, found, before, substr(text, end, 2))
        text = substr(text, end)
      }
      return done text
    }
    function replaced(kind, found, before, after,    label) {
      if (kind == "uuid") return uuid(found)
      if (kind == "id") return is_word(substr(before, length(before))) || after ~ /^[0-9A-Za-z]/ ? found : digits(found, length(found))
      if (kind == "mac") return is_word(substr(before, length(before))) || after ~ /^(:|[0-9A-Za-z])/ ? found : mac(found)
      if (kind == "ipv4") return is_ipv4(found, before, after) ? "192.0.2." stand_in("ip", found) % 256 : found
      if (kind == "ipv6") return is_ipv6(found, before, after) ? "2001:db8::" stand_in("ip", found) : found
      if (kind == "home") { match(found, /^\/[A-Za-z]+\//); return substr(found, 1, RLENGTH) "user" stand_in("user", substr(found, RLENGTH + 1)) }
      if (kind == "label") { match(found, /[:=>][ \t]*/); label = substr(found, 1, RSTART + RLENGTH - 1); return label hidden(substr(found, RSTART + RLENGTH)) }
      if (kind == "export") return substr(found, 1, 1) "server" stand_in("server", substr(found, 2, length(found) - 3)) ":/"
      if (kind == "share") return substr(found, 1, 3) "server" stand_in("server", substr(found, 4)) "/"
      if (kind == "owner") {
        match(found, /:"/)
        label = substr(found, 1, RSTART + 1)
        found = substr(found, RSTART + 2, length(found) - RSTART - 2)
        return label (found ~ /^([0-9]+|root|nobody|video|render|Hw[A-Za-z]+|nvidia-persistenced)$/ ? found : "user" stand_in("user", found)) "\""
      }
      if (kind == "disk") { match(found, /^\/dev\/disk\/by-[a-z]+\//); return substr(found, 1, RLENGTH) "disk" stand_in("disk", found) }
      return found
    }
    function hidden(original,    rest) {
      rest = original
      sub(/[ \t\r]+$/, "", rest)
      if (rest ~ /^(|\[?N\/?A\]?|0|Unknown|Not Supported)$/) return original
      return "redacted" stand_in("serial", rest) substr(original, length(rest) + 1)
    }
    # Four numbers are no address within a longer word, and where a version is spoken of.
    function is_ipv4(found, before, after,    part, i, last) {
      last = substr(before, length(before))
      if (last ~ /[A-Za-z0-9._]/ || (last == "-" && before ~ /[0-9]-$/) || after ~ /^([A-Za-z0-9_]|[.-][A-Za-z0-9])/) return 0
      split(found, part, ".")
      for (i = 1; i <= 4; i++) if (part[i] > 255 || length(part[i]) > 3) return 0
      return before !~ /([Vv][Ee][Rr][Ss][Ii][Oo][Nn]|npu-smi|NVIDIA-SMI|[Dd]river|[Ff]irmware|Ascend|CANN|cann|toolkit|Linux)[^0-9\n]*$/
    }
    function is_ipv6(found, before, after,    colons, copy) {
      if (is_word(substr(before, length(before))) || after ~ /^[A-Za-z0-9.]/) return 0
      copy = found
      colons = gsub(/:/, ":", copy)
      # "0::/" is a control group.
      return found ~ /::/ ? found ~ /::[0-9A-Fa-f]/ : colons == 7
    }
    function each_word(text, word, by,    done, at, before) {
      done = ""
      while (word != "" && (at = index(text, word)) > 0) {
        before = at > 1 ? substr(text, at - 1, 1) : substr(done, length(done))
        done = done substr(text, 1, at - 1) (is_word(before) || is_word(substr(text, at + length(word), 1)) ? word : by)
        text = substr(text, at + length(word))
      }
      return done text
    }
    # Names that a site did not choose, and names so short that they are part of many others.
    function says_something(name) {
      return length(name) >= 3 && name !~ /^(root|nobody|localhost|localdomain|linux|ubuntu|debian|centos|rocky|fedora|openEuler|openeuler|kylin|server|host|node|gpu|npu|ascend|nvidia|huawei|atlas|test|data|user|admin|usr|dev|proc|sys|lib)$/
    }
    # nvidia-smi prints serial numbers as a column.
    function csv_serials(text,    count, row, column, cell, i, k, at, head, tail) {
      at = index(text, "\"stdout\":\"")
      if (at == 0) return text
      head = substr(text, 1, at + 9)
      text = substr(text, at + 10)
      at = index(text, "\"")
      tail = substr(text, at)
      count = split(substr(text, 1, at - 1), row, "\n")
      column = 0
      text = ""
      for (i = 1; i <= count; i++) {
        k = split(row[i], cell, ", ")
        if (i == 1) { for (; k > 0; k--) if (cell[k] == "serial") column = k }
        else if (column > 0 && k >= column) { cell[column] = hidden(cell[column]); row[i] = cell[1]; for (at = 2; at <= k; at++) row[i] = row[i] ", " cell[at] }
        text = text (i > 1 ? "\n" : "") row[i]
      }
      return head text tail
    }
    BEGIN {
      h = "[0-9A-Fa-f]"; h2 = h h; h4 = h2 h2; h8 = h4 h4; s = "[-_]"
      UUID = h8 s h4 s h4 s h4 s h8 h4
      ID32 = h8 h8 h8 h8; ID64 = ID32 ID32
      MAC = h2 "[:-]" h2 "[:-]" h2 "[:-]" h2 "[:-]" h2 "[:-]" h2
      IPV4 = "[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+"
      IPV6 = "[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*"
      LABEL = "([Ss]erial( [Nn]umber)?|[A-Za-z]?[Dd]ie ID|GUID)[ \t]*[:=][ \t]*[^\n\"<|]+|<[a-z_]*(serial|guid)[A-Za-z_]*>[^<\n\"]+"
      HOME = "/(home|Users|media)/[^/ \n\":,|]+"
      short = host; sub(/[.].*/, "", short)
    }
    {
      gsub(/\\\\/, "\001"); gsub(/\\n/, "\n"); gsub(/\\t/, "\t"); gsub(/\\r/, "\r"); gsub(/\\"/, "\002")
      if (index($0, "--query-gpu=") > 0) $0 = csv_serials($0)
      $0 = each_match($0, LABEL, "label")
      $0 = each_match($0, UUID, "uuid")
      # Containers and machines are called by so many hexadecimal digits.
      if ($0 !~ /^"script":/) $0 = each_match(each_match($0, ID64, "id"), ID32, "id")
      $0 = each_match($0, MAC, "mac")
      $0 = each_match($0, IPV4, "ipv4")
      $0 = each_match($0, IPV6, "ipv6")
      $0 = each_match($0, HOME, "home")
      $0 = each_match($0, "\"(owner|group)\":\"[^\"]+\"", "owner")
      $0 = each_match($0, "/dev/disk/by-[a-z]+/[^ \n\"]+", "disk")
      if ($0 ~ /^[{]"(path":"\/proc\/self\/mount|argv":\["df")/) {
        $0 = each_match($0, "[ \n\"][A-Za-z0-9_.-]+:/", "export")
        $0 = each_match($0, "[ \n\"]//[^/ \n\"]+/", "share")
      }
      if ($0 ~ /^[{]"path":"\/proc\/sys\/kernel\/hostname"/) sub(/"content":"[^"]*"/, "\"content\":\"host1\n\"")
      if (says_something(host)) $0 = each_word($0, host, "host1")
      if (says_something(short)) $0 = each_word($0, short, "host1")
      if (says_something(user)) $0 = each_word($0, user, "user" stand_in("user", user))
      gsub(/\002/, "\\\""); gsub(/\r/, "\\r"); gsub(/\t/, "\\t"); gsub(/\n/, "\\n"); gsub(/\001/, "\\\\")
      print
    }'
}

# ---------------------------------------------------------------------------------------------------------------------
# 6. The command line
# ---------------------------------------------------------------------------------------------------------------------

usage() {
  printf '%s\n' 'sh capture.sh [--redact] [--time-limit SECONDS] > site.json' '' \
    'Writes down what hardware this machine has, as one JSON document on standard output. Reads only; the lists stand at the top of this file.' '' \
    '  --redact               Replace serial numbers, UUIDs, MAC and IP addresses, names of hosts, servers and users by numbered names.' \
    '  --time-limit SECONDS   Wait at most so long for each program, in place of 5 to 45 seconds.' \
    '  --help                 This text.'
}

REDACT=false
TIME_LIMIT=
while [ $# -gt 0 ]; do
  case $1 in
    --redact) REDACT=true ;;
    --time-limit)
      case ${2:-} in '' | *[!0-9]*) usage >&2; exit 2 ;; esac
      TIME_LIMIT=$2
      shift
      ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

if [ $REDACT = true ]; then record_all | redacted; else record_all; fi
