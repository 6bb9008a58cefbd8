import type { AscendNoticeDetails } from "../../shared/schemas/ascend-notices.ts";
import type { Format } from "./format.ts";
import type { NoticeTexts } from "./notice-text.ts";
import { type Phrase, phrase, say } from "./shown-text.ts";

const LIMIT_NEXT = "规划以该上限为准，而不是整机。如果由您设置，请以更多资源启动容器或服务。";
const CONTAINER_NEXT = "在容器中，请以 “--gpus all”（Docker、Podman）启动，或申请 nvidia.com/gpu（Kubernetes）；宿主机上必须安装 NVIDIA Container Toolkit。";
const RESET_NEXT = "请停止使用它的程序并复位（“nvidia-smi --gpu-reset -i INDEX”），或重启。“dmesg | grep -i xid” 会说明发生了什么；反复出现的故障来自显卡、供电或插槽。";

const among = (count: number, f: Format): Phrase => (count < 0 ? phrase`没有信息` : phrase`显示 ${f.count(count)} 个`);
const ifKnown = (value: string, then: Phrase | string, otherwise: string): Phrase | string => (value === "" ? otherwise : then);
const quoted = (words: string): Phrase | string => (words === "" ? "" : phrase`其输出：${words}`);

function unreachableReason({ nodes, deniedNodes, group }: AscendNoticeDetails["ascend.driverUnreachable"], f: Format): Phrase {
  if (nodes < 0) return phrase`常见原因是缺少设备节点、无权打开，或更换驱动后没有重启。`;
  if (nodes === 0) return phrase`这里没有 /dev/davinciN：驱动未加载，或容器没有分到设备。`;
  if (deniedNodes > 0) return phrase`该用户无法打开 ${f.count(nodes)} 个设备节点中的 ${f.count(deniedNodes)} 个；${group} 组的成员可以。`;
  return phrase`设备节点可以打开，说明驱动本身没有应答；常见于更换驱动后没有重启。`;
}

export const NOTICES_ZH_HANS: NoticeTexts = {
  "machine.partFailed": { says: (d) => say`查找 ${d.part} 失败：${d.reason}。`, next: "其余内容有效。这是 Sallyport 的缺陷，请连同这条消息一起报告。" },
  "machine.partTimedOut": { says: (d, f) => say`查找 ${d.part} 在 ${f.milliseconds(d.afterMs)} 后放弃。`, next: "某个驱动或已挂载的磁盘没有响应；dmesg 通常会指出。其余内容有效。" },
  "machine.systemPartlyKnown": { says: (d) => say`在 ${d.os} 上有些内容无法得知：${d.unknown}。`, next: "为这台机器规划时需要您提供这些数值；在 Linux 上可自动得知。" },
  "machine.architectureUnsupported": { says: (d) => say`处理器架构为 ${d.architecture || "未知"}。`, next: "Sallyport 在 x86_64 和 aarch64 上运行模型。对于别处的机器，请加入那里 “uname -srm” 的输出。" },
  "machine.sourcesDisagree": { says: (d, _f, subject) => say`关于 ${d.field}（${subject}），两个来源不一致：${d.takenFrom} 为 ${d.taken}，${d.otherFrom} 为 ${d.other}。采用前者。`, next: "在容器中，或一个文件夹里混有两台机器的输出时，这很常见；否则请先查明哪个正确再规划。" },

  "cpu.unknown": { says: (d) => say`无从得知有哪些处理器；查看过 ${d.lookedAt}。`, next: "对于别处的机器，请加入那里 “lscpu” 的输出。" },
  "cpu.limitedByQuota": { says: (d, f) => say`在 ${f.count(d.threads)} 个逻辑处理器中，该进程分到 ${f.count(d.usableThreads)} 个的时间。`, next: LIMIT_NEXT },
  "cpu.limitedByAffinity": { says: (d, f) => say`在 ${f.count(d.threads)} 个逻辑处理器中，该进程可使用 ${f.count(d.usableThreads)} 个。`, next: LIMIT_NEXT },
  "cpu.limitsUnknown": { says: (d, f) => say`共有 ${f.count(d.threads)} 个逻辑处理器；无从得知模型可使用多少。`, next: "在容器或批处理系统中可能更少。在模型将要运行的地方运行 capture.sh 即可查明。" },
  "cpu.coresDiffer": { says: (d) => say`各核心的指令集并不相同；只有部分核心具有 ${d.missingFromSome}。`, next: "算子按所有核心都具有的指令集选择。把进程绑定到较大的核心上可能更快。" },

  "memory.unknown": { says: (d) => say`无从得知有多少内存；查看过 ${d.lookedAt}。`, next: "对于别处的机器，请加入那里 “cat /proc/meminfo” 的输出。" },
  "memory.limited": { says: (d, f) => say`控制组把内存限制为 ${f.bytes(d.limitBytes)}${d.totalBytes < 0 ? "" : phrase`（整机 ${f.bytes(d.totalBytes)}）`}：${d.limitPath}。`, next: LIMIT_NEXT },
  "memory.limitAboveTotal": { says: (d, f) => say`控制组的内存上限 ${f.bytes(d.limitBytes)} 高于整机内存 ${f.bytes(d.totalBytes)}（${d.limitPath}）。`, next: "以整机内存为准；为另一台机器写的上限在这里不起保护作用。" },
  "memory.parentHasLessRoom": { says: (d, f) => say`同一控制组中的其他进程占用了内存：${d.parentPath} 只剩 ${f.bytes(d.parentRoomBytes)}，少于较紧上限的 ${f.bytes(d.roomBytes)}。`, next: "规划以较小的数值为准。请停止旁边运行的程序，或提高上级的上限。" },
  "memory.pageCacheUnknown": { says: (d, f) => say`计入上限 ${d.limitPath} 的 ${f.bytes(d.usedBytes)} 中含有可归还的页缓存，具体多少无从得知。`, next: "实际空间不会少于所示。上限旁的 memory.stat 文件说明其余部分。" },
  "memory.hugePagesReserved": { says: (d, f) => say`${f.bytes(d.reservedBytes)} 被保留为大页（其中 ${f.bytes(d.freeBytes)} 未用），模型无法使用。`, next: "如果这里没有程序需要它们（数据库、虚拟机和 DPDK 需要），请归还：sysctl vm.nr_hugepages=0。" },
  "memory.bandwidthNotMeasured": { says: (d) => say`没有测量内存读取速度：${d.reason}。`, next: "规划将使用典型数值。请在机器空闲时重试。" },
  "numa.nodesWithoutProcessors": { says: (d, f) => say`${f.count(d.nodes)} 个 NUMA 节点有内存${d.memoryBytes < 0 ? "" : phrase`（${f.bytes(d.memoryBytes)}）`}而没有处理器：属于 GPU 或 CXL 卡的内存。`, next: "系统把它算作自己的内存，但它较慢或属于 GPU。请把 CPU 工作绑定到其他节点（numactl --membind）。" },

  "disk.unknown": { says: (d) => say`无从得知有哪些磁盘；查看过 ${d.lookedAt}。`, next: "对于别处的机器，请加入那里 “df -Pk” 的输出。" },
  "disk.sizesUnknown": { says: (d, f) => say`${f.count(d.disks)} 个磁盘的大小无从得知。`, next: "对于别处的机器，请加入那里 “df -Pk” 的输出。" },
  "disk.sizesTimedOut": { says: (d, f) => say`df 在 ${f.milliseconds(d.afterMs)} 内没有返回；已逐个询问磁盘，跳过网络磁盘。`, next: "有网络磁盘没有应答。请卸载它（umount -l），或等待其服务器恢复。" },
  "disk.network": { says: (d, _f, subject) => say`${subject} 通过网络访问（${d.filesystem}）。`, next: "从它加载模型受网络速度限制；请把主目录放在本地磁盘上。" },
  "disk.largestFile": { says: (d, f, subject) => say`${subject} 是 ${d.filesystem}：单个文件不能大于 ${f.bytes(d.largestFileBytes)}。`, next: "模型包和交付包的文件都小于此值。更大的检查点文件放不下；exFAT、ext4 或 XFS 可以。" },
  "disk.readRateNotMeasured": { says: (d, _f, subject) => say`没有在 ${d.directory} 测量 ${subject} 的读取速度：${d.reason}。`, next: "规划中的加载时间将是估计值。" },

  "ascend.none": { says: (d) => say`没有昇腾设备的迹象。查找过：${d.lookedFor}。`, next: "如果这台机器本来就没有，无需处理。" },
  "ascend.softwareOnly": { says: (d) => say`已安装昇腾软件（驱动 ${d.driver || "无"}，CANN ${d.cann || "无"}），但没有设备。`, next: "在构建机上这是正常的。在容器中，请带上设备重新启动。" },
  "ascend.driverMissing": { says: (d, f) => say`PCI 总线上有 ${f.count(d.devices)} 个昇腾设备，但没有驱动，也没有设备节点。`, next: "请为该卡安装昇腾驱动和固件。在容器中，请传入设备并挂载 /usr/local/Ascend/driver。" },
  "ascend.devicesHidden": { says: (d, f) => say`PCI 总线上的 ${f.count(d.devices)} 个昇腾设备从这里无法访问${d.where === "" ? "" : phrase`（${d.where}）`}。`, next: "在容器中这很常见：只分到了部分设备。在容器外，请在 dmesg 中查找缺失的卡。" },
  "ascend.nodesMissing": { says: (d, f) => say`驱动列出了 ${f.count(d.devices)} 个在此没有设备节点的昇腾设备：${d.nodes}。`, next: "在容器中，请为这些节点分别加上 --device 重新启动。在容器外，请重新加载驱动或重启机器。" },
  "ascend.nodeDenied": { says: (d) => say`该用户无法打开 ${d.path}（权限 ${d.mode}，${d.owner}:${d.group}）。`, next: "请把用户加入拥有该节点的组（usermod -aG），然后重新登录。" },
  "ascend.companionMissing": { says: (d) => say`缺少 ${d.path}；没有它，任何程序都无法使用昇腾设备。`, next: "在容器中，请为该节点加上 --device 重新启动。在容器外，驱动没有完全加载：请重新加载。" },
  "ascend.driverUnreachable": { says: (d, f) => say`“${d.command}” 无法连接驱动（${d.ret}）。${unreachableReason(d, f)}`, next: "如果更换过驱动，请重启机器；否则请让用户或容器能访问设备节点。" },
  "ascend.heldByAnotherContainer": { says: (d) => say`昇腾设备被另一个容器占用（${d.ret}）。${d.holders === "" ? "" : phrase`据驱动所述：${d.holders}。`}`, next: "请停止占用它们的容器。以 root 身份，宿主机上的 /proc/uda/namespace_node 会列出其进程（root_tgid，ns_id 小于 128）。" },
  "ascend.deviceQueryFailed": { says: (d, _f, subject) => say`驱动拒绝对 ${subject} 执行 “${d.command}”（${d.ret}）。`, next: "请用 “npu-smi info -t health” 和内核日志检查设备。一张故障或不可见的卡会使全部查询失败。" },
  "ascend.toolMissing": { says: (d) => say`没有 npu-smi（查找过 ${d.lookedAt}），因此对设备所知甚少。`, next: "在容器中，请挂载 /usr/local/bin/npu-smi 和 /usr/local/dcmi。在容器外，请重新安装驱动包。" },
  "ascend.toolNotExecutable": { says: (d) => say`该用户不能运行 “${d.command}”。`, next: "请以有权限的用户或 root 运行；在某些系统上 npu-smi 属于驱动的用户组。" },
  "ascend.toolLibraryMissing": { says: (d) => say`“${d.command}” 无法启动：缺少 ${d.library}。`, next: "在容器中，请挂载 /usr/local/Ascend/driver/lib64 和 /usr/local/dcmi。在容器外，请像驱动的 set_env.sh 那样设置 LD_LIBRARY_PATH。" },
  "ascend.toolTimedOut": { says: (d, f, subject) => say`“${d.command}” 在 ${f.count(Math.round(d.afterMs / 1000))} 秒内没有应答（${subject}）。`, next: "通常是设备挂起：请查看内核日志，复位该卡或重启机器。" },
  "ascend.toolKilled": { says: (d) => say`“${d.command}” 被 ${d.signal} 终止。`, next: "请手动运行。如果同样崩溃，请重新安装驱动包。" },
  "ascend.toolFailed": { says: (d) => say`“${d.command}” 以状态 ${d.exitCode} 结束；此前的输出有效。`, next: "请手动运行并阅读最后几行。" },
  "ascend.toolNotRecorded": { says: (d, f) => say`记录中有 ${f.count(d.devices)} 个昇腾设备，但没有 npu-smi 的输出，因此内存和状态未知。`, next: "请在记录中加入 “npu-smi info”、“npu-smi info -m” 和 “npu-smi info -t board -i 0” 的输出。" },
  "ascend.outputNotUnderstood": { says: (d) => say`“${d.command}” 的输出无法读作设备表。`, next: "请手动运行。如果它显示了设备，说明其格式比当前 Sallyport 更新：请连同输出一起报告。" },
  "ascend.outputCut": { says: (d, f) => say`“${d.command}” 的输出被截断：${f.count(d.incompleteRows)} 个设备缺少部分内容，已略去。`, next: "请重新记录完整的输出。" },
  "ascend.countsDiffer": { says: (d, f) => say`各来源给出的昇腾设备数不一致：npu-smi ${among(d.npuSmi, f)}，PCI 总线${among(d.pci, f)}，/dev ${among(d.nodes, f)}。`, next: "规划只计现在可用的设备。请比较各列表；从总线上掉下的卡需要重启机器。" },
  "ascend.memoryDiffers": { says: (d, f, subject) => say`${subject} 的内存：“${d.takenFrom}” 为 ${f.bytes(d.takenBytes)}，“${d.otherFrom}” 为 ${f.bytes(d.otherBytes)}；采用较小者。`, next: "差别很小时无需处理：一部分由卡自身保留。" },
  "ascend.memoryUnknown": { says: (_d, _f, subject) => say`不知道 ${subject} 有多少内存：npu-smi 的应答中没有可读的数值。`, next: "请在至少 120 列的窗口中完整记录 “npu-smi info”，每行直到最后的 “|”；“npu-smi info -t memory -i N” 也会说明。" },
  "ascend.fieldDiffers": { says: (d, _f, subject) => say`${subject}：${d.field} 按 ${d.takenFrom} 为 ${d.taken}，按 ${d.otherFrom} 为 ${d.other}；采用前者。`, next: "可能混有不同时间或不同机器的输出。驱动与已安装版本不同时需要重启机器。" },
  "ascend.healthNotOk": { says: (d, _f, subject) => say`驱动报告 ${subject} 的健康状态为 ${d.health}。`, next: "带上卡号运行 “npu-smi info -t health” 可查看故障；Warning 通常仍可使用，其他状态不行。" },
  "ascend.chipUnknown": { says: (d, _f, subject) => say`${subject} 是 ${d.model}${d.pciDevice === "" ? "" : phrase`（PCI 设备 ${d.pciDevice}）`}，当前版本不认识。`, next: "它会列出，但不参与规划。更新的 Sallyport 可能认识它。" },
  "ascend.socNameUnknown": { says: (d, _f, subject) => say`${subject} 自称 ${d.model}，由此无法得知应为何种芯片编译。`, next: "请同时记录 “npu-smi info -t board -i N -c 0”：其中的 NPU Name 补全了名称。" },
  "ascend.physicalIdUnknown": { says: (d, _f, subject) => say`不知道 ${subject}（卡 ${d.npuId}，芯片 ${d.chipId}）对应哪个 /dev/davinciN。`, next: "请记录 “npu-smi info -m”，或在宿主机上查看；容器会重新编号。" },
  "ascend.topologyUnmatched": { says: (d) => say`拓扑中提到了未发现的设备：${d.names}。`, next: "可能混有不同容器或机器的输出；请一起记录。" },
  "ascend.visibleDevices": { says: (d) => say`${d.variable}=${d.value || "（空）"} 限制了程序可见的设备。`, next: "请取消该变量，或设为所需的设备。" },

  "nvidia.nothingFound": { says: (d) => say`没有 Nvidia 设备的迹象。查找过：${d.lookedFor}。${ifKnown(d.notRecorded, phrase`记录中没有关于 ${d.notRecorded} 的内容。`, "")}`, next: `如果本应有设备，请检查卡是否插好并在固件中启用。${CONTAINER_NEXT}` },
  "nvidia.toolMissing": { says: (d) => say`有 Nvidia 设备或其驱动（${d.traces}），但没有可询问的 nvidia-smi；查找过：${d.searched}。`, next: `请安装驱动工具（nvidia-utils 或 nvidia-driver-cuda，与驱动版本相同）。${CONTAINER_NEXT}` },
  "nvidia.toolNotExecutable": { says: (d) => say`${d.program} 存在但不能运行。`, next: "请授予该用户运行权限，或以有权限的用户运行；文件系统以 noexec 挂载也会如此。" },
  "nvidia.toolTimedOut": { says: (d, f) => say`${d.command} ${d.afterMs < 0 ? "没有应答" : phrase`在 ${f.count(Math.round(d.afterMs / 1000))} 秒内没有应答`}：驱动挂起，或机器有许多 GPU 且未开启持久模式。`, next: "请手动运行。如果也挂起，“dmesg | grep -i -e xid -e nvrm” 会说明原因，只有重启有效；如果只是慢，请启动 nvidia-persistenced。" },
  "nvidia.toolCrashed": { says: (d) => say`${d.command} 被 ${d.signal} 终止。`, next: "驱动与工具版本可能不同：请从同一个包安装。SIGKILL 通常表示系统内存不足。" },
  "nvidia.toolFailed": { says: (d) => say`${d.command} 失败${d.exitCode < 0 ? "" : phrase`，状态 ${d.exitCode}`}。${quoted(d.words)}`, next: "请以同一用户手动运行；它所说的就是需要解决的问题。" },
  "nvidia.outputUnreadable": { says: (d) => say`${d.command} ${ifKnown(d.words, "的应答格式无法识别。", "没有任何应答。")}${quoted(d.words)}`, next: "请手动运行并比较。如果输出正确，请连同驱动版本一起报告；如果是粘贴的，请完整重新粘贴。" },
  "nvidia.outputCut": { says: (d) => say`${d.command} 的输出在中途结束；已使用结束前的内容。`, next: "请完整地重新记录或粘贴；末尾的设备可能缺失。" },
  "nvidia.driverNotLoaded": { says: (d) => say`有 nvidia-smi 但没有驱动${ifKnown(d.loadedVersion, phrase`，尽管模块 ${d.loadedVersion} 称已加载`, "")}。${ifKnown(d.kernelDrivers, phrase`设备由以下驱动占用：${d.kernelDrivers}。`, "")}`, next: "请加载它（“sudo modprobe nvidia”），失败时查看 dmesg：内核更新后需重新构建模块，启用 Secure Boot 时需签名，nouveau 须列入黑名单。" },
  "nvidia.driverMismatch": { says: (d) => say`驱动库${ifKnown(d.libraryVersion, phrase`（${d.libraryVersion}）`, "")}与已加载的内核模块${ifKnown(d.loadedVersion, phrase`（${d.loadedVersion}）`, "")}版本不同，设备无法使用。`, next: "驱动在使用中被更新：请重启，或卸载后重新加载模块。在容器中，内部的库不得遮住宿主机的库。" },
  "nvidia.devicesLost": { says: (d) => say`驱动拒绝为该进程启动。${quoted(d.words)}在之前能运行的容器中，其设备权限已被收回，常由宿主机上的 “systemctl daemon-reload” 引起。`, next: "请重启容器。为防止再次发生，请让 Docker 使用 cgroupfs 驱动（“native.cgroupdriver=cgroupfs”），或用 “nvidia-ctk system create-dev-char-symlinks” 在 /dev/char 中建立链接。" },
  "nvidia.notPermitted": { says: (d) => say`该用户不能询问驱动。${quoted(d.words)}`, next: "请查看 /dev/nvidia* 的所有者（“ls -l /dev/nvidia*”）并加入该组（通常是 video），然后重新登录。" },
  "nvidia.blockedBySystem": { says: (d) => say`操作系统阻止该进程使用 GPU。${quoted(d.words)}`, next: "在 WSL 中请运行 “wsl --update”，重启，并在 Windows 上使用最新驱动；其中的容器需要 WSL 2。" },
  "nvidia.libraryMissing": { says: (d) => say`nvidia-smi 找不到驱动库 libnvidia-ml.so。${quoted(d.words)}`, next: `请安装与模块版本相同的驱动库，并运行 “sudo ldconfig”。${CONTAINER_NEXT}` },
  "nvidia.noDevicesFound": { says: (d, f) => say`驱动在运行，但没有可用的设备${d.seenElsewhere > 0 ? phrase`，而在其之外可见 ${f.count(d.seenElsewhere)} 个` : ""}。`, next: `“dmesg | grep -i nvrm” 会说明设备未启动的原因（供电、固件、卡对该驱动过旧或过新、固件无法映射的内存）。${CONTAINER_NEXT}` },
  "nvidia.gpuFault": { says: (d, _f, subject) => say`${subject} 不能工作：${d.words}。在此状态下，其他设备上的 CUDA 也可能失败。`, next: RESET_NEXT },
  "nvidia.gpuNotListed": { says: (d, _f, subject) => say`${subject} 在总线上${ifKnown(d.busId, phrase`（${d.busId}）`, "")}${ifKnown(d.kernelDriver, phrase`，由 ${d.kernelDriver} 占用`, "")}，但 nvidia-smi 没有列出。`, next: `容器只分到部分设备；在容器外，“dmesg | grep -i nvrm” 会说明驱动略过它的原因。${CONTAINER_NEXT}` },
  "nvidia.gpuExcluded": { says: (_d, _f, subject) => say`${subject} 被驱动设置排除在外。`, next: "请查看 /etc/modprobe.d 中的 NVreg_ExcludedGpus 以及由谁设置：通常是有人发现该卡有故障。" },
  "nvidia.otherDriver": { says: (d, _f, subject) => say`${subject} 由内核驱动 ${d.kernelDriver} 占用，CUDA 无法使用。`, next: "如果是 nouveau，请安装 Nvidia 驱动（会把 nouveau 列入黑名单）并重启。如果是 vfio-pci，该卡已交给虚拟机，只能在那里使用。" },
  "nvidia.nodeDenied": { says: (d, _f, subject) => say`该用户无法打开 ${subject}：${d.path} 属于 ${d.owner}:${d.group}，权限 ${d.mode}。`, next: "请加入该组并重新登录，或把设备交给容器；/etc/modprobe.d 中的 NVreg_DeviceFileMode 决定权限。" },
  "nvidia.computeProhibited": { says: (_d, _f, subject) => say`${subject} 被设为拒绝一切计算（计算模式 Prohibited）。`, next: "管理员可用 “nvidia-smi --compute-mode=DEFAULT -i INDEX” 允许。" },
  "nvidia.gpuBusy": { says: (d, f, subject) => say`${subject} 只服务一个进程（独占计算模式），已有 ${f.count(d.processes)} 个进程占用。`, next: "请等待该进程结束，或用 “nvidia-smi --compute-mode=DEFAULT -i INDEX” 共享设备。" },
  "nvidia.uncorrectedErrors": { says: (d, f, subject) => say`${subject} 自启动以来有 ${f.count(d.errors)} 个 ECC 无法纠正的内存错误。用它算出的结果可能有误。`, next: RESET_NEXT },
  "nvidia.recoveryAdvised": { says: (d, _f, subject) => say`驱动对 ${subject} 的建议：${d.action}。`, next: RESET_NEXT },
  "nvidia.fieldUnreadable": { says: (d, _f, subject) => say`${subject} 没有给出 ${d.field}：${d.words}。其他读数已采用。`, next: "可能只是单个传感器失效。如果还有更多失效，请复位设备或重启。" },
  "nvidia.hostMemoryUsed": { says: (d, _f, subject) => say`${subject}${ifKnown(d.model, phrase`（${d.model}）`, "")} 没有自己的内存：它使用主机内存，已在那里计入。`, next: "无需处理。为它规划时以主机内存为准。" },
  "nvidia.memoryUnknown": { says: (d, _f, subject) => say`${subject} 的内存大小未知。${quoted(d.words)}`, next: "请以有权限的用户在受限容器之外运行 “nvidia-smi”，或把它的输出也记录下来。" },
  "nvidia.fabricNotReady": { says: (d, _f, subject) => say`${subject} 尚未加入 NVLink 网络（状态 ${d.state}${ifKnown(d.status, phrase`，${d.status}`, "")}${ifKnown(d.fabricManager, phrase`；fabric manager 为 ${d.fabricManager}`, "")}）。在带 NVSwitch 的机器上，加入之前 CUDA 无法启动。`, next: "请启动与驱动版本完全相同的 fabric manager（“sudo systemctl start nvidia-fabricmanager”）；在虚拟机或容器中由宿主机负责。" },
  "nvidia.noSlices": { says: (_d, _f, subject) => say`${subject} 处于 MIG 模式但没有切分，CUDA 在其上找不到设备。`, next: "请切分（“sudo nvidia-smi mig -cgi PROFILE -C”，配置见 “nvidia-smi mig -lgip”），或退出 MIG 模式（“sudo nvidia-smi -mig 0”）。" },
  "nvidia.toolNotRecorded": { says: (d) => say`记录中有 Nvidia 设备或其驱动（${d.traces}），但没有 nvidia-smi 的输出。`, next: "请在那台机器上同时记录 “nvidia-smi”、“nvidia-smi -L” 和 “nvidia-smi -q -x”：只有它们说明内存和健康状态。" },
  "nvidia.slicesUnknown": { says: (_d, _f, subject) => say`${subject} 处于 MIG 模式，但没有记录切成了哪些切片。没有它们就无从规划。`, next: "请同时记录 “nvidia-smi -L” 和 “nvidia-smi -q -x”。" },
  "nvidia.slicesShareMemory": { says: (d, f) => say`切片 ${d.slices} 共用一份内存${d.totalBytes < 0 ? "" : phrase`（${f.bytes(d.totalBytes)}）`}：它们是同一 GPU 实例的计算实例。`, next: "无需处理；不要重复计算这份内存。" },
  "nvidia.sourcesDisagree": { says: (d, _f, subject) => say`${subject}：${d.field} 按 ${d.firstSource} 为 ${d.first}，按 ${d.secondSource} 为 ${d.second}。`, next: "请手动比较。更新或换卡后重启可使其一致；记录的输出可能来自不同日期或机器。" },
  "nvidia.fabricManagerInactive": { says: (d, f) => say`机器有 ${f.count(d.switches)} 个 NVSwitch，而 nvidia-fabricmanager 为 ${d.fabricManager}。没有它，CUDA 在这类机器上无法启动。`, next: "请安装与驱动版本完全相同的版本并启动：“sudo systemctl enable --now nvidia-fabricmanager”。" },
  "nvidia.cudaMissing": { says: (d) => say`驱动正常，但没有 CUDA 库（nvidia-smi 显示 ${d.words}）。`, next: "在容器中，请设置 NVIDIA_DRIVER_CAPABILITIES=compute,utility；在容器外，请安装含有 libcuda.so 的驱动包。" },
  "nvidia.uvmNodeMissing": { says: (d) => say`缺少 ${d.path}；第一个使用 CUDA 的程序必须能够创建它。`, next: "请以 root 运行一次 “sudo nvidia-modprobe -u -c=0” 或任意 CUDA 程序。在容器中，必须传入该节点。" },
  "nvidia.topologyUnknown": { says: (d) => say`不知道 GPU 之间如何连接。${quoted(d.words)}`, next: "“nvidia-smi topo -m” 会说明；在此之前，规划按最慢的方式计算。" },
  "nvidia.visibleDevices": { says: (d) => say`${d.variable}="${d.value}" 使这里启动的程序无法使用 ${d.leftOut}。`, next: "如果要使用这些设备，请取消该变量，或在其中列出它们。" },
};
