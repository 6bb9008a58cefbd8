export interface PackWeights {
  /** A model that holds only matrices. */
  readonly graphFile: string;
  /** Where its external data lies. */
  readonly weightsDirectory: string;
  /** What the runtime writes: a graph, and beside it `dataName` with the weights as they were and as its kernels want them. */
  readonly outGraphFile: string;
  readonly dataName: string;
}

/** The runtime's own packing of weights for this machine's kernels. */
export interface WeightPacker {
  pack(job: PackWeights, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
