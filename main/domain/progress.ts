/** What long work reports while it runs. `done` and `total` share one unit; a host derives rate and time left from successive reports. */
export interface Progress {
  /** The step's name in the line: "hash", "quantize", "parity", … */
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly unit: "bytes" | "tokens" | "files" | "runs";
  /** What was measured so far, a line a contestant. */
  readonly lines?: readonly (readonly number[])[];
}

export type OnProgress = (progress: Progress) => void;
