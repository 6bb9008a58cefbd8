import { z } from "zod";

/*
 * A machine as it was found: here, in a capture carried out of a closed site, in a folder of pasted outputs, or in a preset.
 * A field that is null was not found out; a notice says why and what to do. Every group says in `evidence` which file or command told each field.
 */

/** No machine of today is within a factor of a thousand of these; a site file is somebody else's text. */
const bytes = z.number().int().nonnegative().max(2 ** 60);
const count = z.int().nonnegative().max(1 << 20);
const text = z.string().max(4096);
const id = z.string().min(1).max(256);

/** Field → the file or command that told it ("/proc/meminfo", "npu-smi info -t board -i 0"). */
export const Evidence = z.record(z.string().max(64), text);
export type Evidence = z.infer<typeof Evidence>;

/** Instruction sets that decide which kernels a runtime takes. */
export const INSTRUCTION_SETS = [
  "avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512bw", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16",
  "neon", "dotprod", "i8mm", "bf16", "fp16", "sve", "sve2",
] as const;
export const InstructionSet = z.enum(INSTRUCTION_SETS);
export type InstructionSet = z.infer<typeof InstructionSet>;

/** A measured rate; spread over `runs` runs. */
export const MeasuredRate = z.strictObject({
  bytesPerSecond: z.number().positive(), minimum: z.number().positive(), maximum: z.number().positive(), runs: count, threads: count, bytesRead: bytes, method: text,
});
export type MeasuredRate = z.infer<typeof MeasuredRate>;

export const Platform = z.strictObject({
  hostName: text.nullable(),
  os: z.enum(["linux", "darwin", "win32", "other"]),
  architecture: z.enum(["x86_64", "aarch64", "other"]),
  kernel: text.nullable(),
  distribution: text.nullable(),
  libc: z.strictObject({ kind: z.enum(["glibc", "musl", "other"]), version: text.nullable() }).nullable(),
  /** docker, podman, kubernetes, lxc, …; null: none was seen. */
  container: text.nullable(),
  virtualization: text.nullable(),
  evidence: Evidence,
});
export type Platform = z.infer<typeof Platform>;

export const Cpu = z.strictObject({
  model: text.nullable(),
  vendor: text.nullable(),
  sockets: count.nullable(),
  cores: count.nullable(),
  /** Logical processors of the machine. */
  threads: count.nullable(),
  /** What this process may use of them, after affinity and cgroup quota; may be a fraction. */
  usableThreads: z.number().positive().nullable(),
  instructionSets: z.array(InstructionSet),
  l3CacheBytes: bytes.nullable(),
  evidence: Evidence,
});
export type Cpu = z.infer<typeof Cpu>;

/** Nodes with processors; memory-only nodes (Grace's GPU memory, CXL) have no CPUs and are listed with `cpus` empty. */
export const NumaNode = z.strictObject({ id: count, cpus: text, memoryBytes: bytes.nullable(), freeBytes: bytes.nullable(), evidence: Evidence });
export type NumaNode = z.infer<typeof NumaNode>;

export const Memory = z.strictObject({
  totalBytes: bytes.nullable(),
  /** What a new process could take now (MemAvailable). */
  availableBytes: bytes.nullable(),
  /** The tightest memory limit of this process's cgroups; null: none. */
  limitBytes: bytes.nullable(),
  /** Taken against that limit, less the page cache that would be given back. */
  limitUsedBytes: bytes.nullable(),
  /** min(availableBytes, limitBytes − limitUsedBytes): what plans may count on. */
  usableBytes: bytes.nullable(),
  swapBytes: bytes.nullable(),
  hugePages: z.array(z.strictObject({ pageBytes: bytes, total: count, free: count })),
  readBandwidth: MeasuredRate.nullable(),
  evidence: Evidence,
});
export type Memory = z.infer<typeof Memory>;

export const Disk = z.strictObject({
  mountPoint: text,
  device: text.nullable(),
  filesystem: text.nullable(),
  totalBytes: bytes.nullable(),
  freeBytes: bytes.nullable(),
  /** Largest file the file system takes (FAT32: 4 GiB − 1); null: none that matters, or unknown. */
  largestFileBytes: bytes.nullable(),
  readOnly: z.boolean().nullable(),
  /** The directory that models are kept in lies on it. Said of one disk, and only by the machine itself. */
  holdsHome: z.boolean().optional(),
  readRate: MeasuredRate.nullable(),
  evidence: Evidence,
});
export type Disk = z.infer<typeof Disk>;

export const ACCELERATOR_FAMILIES = ["310", "310B", "310P", "910A", "910B", "910C", "950", "nvidia"] as const;

/**
 * usable: can be taken now · busy: held by another container or process entirely · denied: there, but this user may not open it ·
 * broken: the driver or the device reports a fault · hidden: seen on the bus, not by the driver's tool (a container, a missing driver).
 */
export const AcceleratorState = z.enum(["usable", "busy", "denied", "broken", "hidden"]);
export type AcceleratorState = z.infer<typeof AcceleratorState>;

/** One thing that software addresses as a device: an Ascend die, a GPU, a MIG slice. */
export const Accelerator = z.strictObject({
  /** Unique in the machine: "ascend:3", "nvidia:GPU-5f…", "nvidia:MIG-7a…". */
  id,
  vendor: z.enum(["huawei", "nvidia"]),
  /** null: a chip newer than this version knows. */
  family: z.enum(ACCELERATOR_FAMILIES).nullable(),
  /** As the vendor's tool names it: "910B3", "NVIDIA H200". */
  model: text.nullable(),
  /** What ATC and the kernels are compiled for: "Ascend910B3", "Ascend910_9391". */
  socName: text.nullable(),
  /** "9.0" */
  computeCapability: text.nullable(),
  /** Order of the vendor's tool; what *_VISIBLE_DEVICES counts in. */
  index: count.nullable(),
  card: count.nullable(),
  /** Which die of its card; null where a card is one device. */
  die: count.nullable(),
  /** N of /dev/davinciN. */
  physicalId: count.nullable(),
  uuid: text.nullable(),
  serial: text.nullable(),
  busId: text.nullable(),
  numaNode: count.nullable(),
  /** A MIG slice names the GPU it is cut from; a GPU with slices is not a second device and is listed with `isPartitioned`. */
  parentId: id.nullable(),
  isPartitioned: z.boolean(),
  memory: z.strictObject({ kind: z.enum(["hbm", "ddr", "gddr", "shared"]).nullable(), totalBytes: bytes.nullable(), usedBytes: bytes.nullable(), freeBytes: bytes.nullable() }),
  health: text.nullable(),
  node: z.strictObject({ path: text, mode: text, owner: text, group: text, openable: z.boolean().nullable() }).nullable(),
  state: AcceleratorState,
  evidence: Evidence,
});
export type Accelerator = z.infer<typeof Accelerator>;

/** How two devices reach each other, in the words of the tool that said so (HCCS, HCCS_SW, SIO, NV18, PIX, PXB, PHB, NODE, SYS). */
export const Link = z.strictObject({ from: id, to: id, kind: z.string().min(1).max(32), evidence: text });
export type Link = z.infer<typeof Link>;

/** Versions of what stands between a chip and an engine. */
export const SoftwareStack = z.strictObject({
  kind: z.enum(["ascend", "nvidia"]),
  driver: text.nullable(),
  firmware: text.nullable(),
  /** CUDA that the driver supports. */
  cuda: text.nullable(),
  cann: text.nullable(),
  nnal: text.nullable(),
  containerRuntime: text.nullable(),
  evidence: Evidence,
});
export type SoftwareStack = z.infer<typeof SoftwareStack>;

/**
 * Something a person must know: an absence with its reason, a fault, an assumption, a contradiction between two sources. `code` is from main/hardware's own list
 * ("ascend.heldByAnotherContainer"); the words and the next step belong to the hosts, in each language.
 */
export const Notice = z.strictObject({
  code: z.string().regex(/^[a-z]+\.[A-Za-z0-9]+$/).max(64),
  severity: z.enum(["info", "warning", "problem"]),
  /** "cpu", "memory", "disk /data", or an accelerator's id. */
  subject: text,
  details: z.record(z.string().max(64), z.union([text, z.number(), z.boolean()])),
  /** Files and commands with the words that told it, shortened. */
  evidence: z.array(z.strictObject({ source: text, excerpt: text.nullable() })),
});
export type Notice = z.infer<typeof Notice>;

export const MACHINE_FORMAT_VERSION = 1;

export const Machine = z.strictObject({
  formatVersion: z.literal(MACHINE_FORMAT_VERSION),
  observation: z.strictObject({ how: z.enum(["live", "capture", "folder", "preset"]), at: z.iso.datetime().nullable(), redacted: z.boolean() }),
  platform: Platform,
  cpu: Cpu,
  numa: z.array(NumaNode).max(4096),
  memory: Memory,
  disks: z.array(Disk).max(4096),
  accelerators: z.array(Accelerator).max(4096),
  links: z.array(Link).max(1 << 20),
  stacks: z.array(SoftwareStack).max(8),
  notices: z.array(Notice).max(65536),
});
export type Machine = z.infer<typeof Machine>;
