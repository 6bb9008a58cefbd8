/** What one source says of one GPU; what it does not say is absent. */
export interface GpuSighting {
  /** The file or command. */
  readonly source: string;
  /** Whether Nvidia's own tool said it, so that the driver reaches the device. */
  readonly isByTool: boolean;

  // --- which one: any of these
  readonly index?: number | undefined;
  /** As sysfs writes it: "0000:83:00.0". */
  readonly busId?: string | undefined;
  readonly uuid?: string | undefined;
  /** N of /dev/nvidiaN. */
  readonly minor?: number | undefined;

  // --- what it is
  readonly name?: string | undefined;
  readonly serial?: string | undefined;
  readonly driver?: string | undefined;
  readonly firmware?: string | undefined;
  readonly computeCapability?: string | undefined;
  readonly totalBytes?: number | undefined;
  readonly usedBytes?: number | undefined;
  readonly freeBytes?: number | undefined;
  /** The tool's word where a total should stand: "[N/A]", "[Insufficient Permissions]". */
  readonly memoryWords?: string | undefined;
  readonly isPartitioned?: boolean | undefined;
  readonly slices?: readonly SliceSighting[] | undefined;
  readonly numaNode?: number | undefined;
  /** The kernel's driver that holds it: "nvidia", "nouveau", "vfio-pci". */
  readonly kernelDriver?: string | undefined;

  // --- how it is
  /** Words for a device that does not work. */
  readonly faults?: readonly string[] | undefined;
  readonly unreadable?: readonly { readonly field: string; readonly words: string }[] | undefined;
  readonly uncorrectedErrors?: number | undefined;
  readonly recoveryAction?: string | undefined;
  readonly computeMode?: string | undefined;
  readonly computeProcesses?: number | undefined;
  readonly fabricState?: string | undefined;
  readonly fabricStatus?: string | undefined;
  readonly isExcluded?: boolean | undefined;
}

/** One MIG device: a compute instance (a share of cores) within a GPU instance (a share of memory). */
export interface SliceSighting {
  /** Order within its GPU. */
  readonly index: number;
  readonly uuid?: string | undefined;
  readonly profile?: string | undefined;
  readonly gpuInstance?: number | undefined;
  readonly computeInstance?: number | undefined;
  readonly totalBytes?: number | undefined;
  readonly usedBytes?: number | undefined;
  readonly freeBytes?: number | undefined;
}

/** What a parser of the tool's output found. */
export interface Reading {
  readonly gpus: readonly GpuSighting[];
  /** It ends where its format does not. */
  readonly isCut: boolean;
}

/** The most GPUs that one system addresses are 32 (an NVSwitch box of 16, doubled); stops a paste that makes us list millions. */
export const GPU_LIMIT = 512;
