import type { ErrorRecord } from "../../shared/errors.ts";
import type { Clock } from "../domain/clock.ts";
import type { Engine } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import type { ProcessTable } from "../domain/process-table.ts";
import type { OnProgress } from "../domain/progress.ts";

export interface Witness {
  /** user@host, as in the audit chain. */
  readonly actor: string;
  readonly system: string;
  /** The host's words for an error, and what to do. */
  tellError(error: ErrorRecord): string;
}

/** What a walk along the line needs of the world around it. Hosts compose one; tests make their own. */
export interface JobContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** A directory of this job's own that outlives a crash: journals and half-made output, taken up again on resume. */
  readonly workDirectory: string;
  /** Cores to use when the request does not say. */
  readonly threads: number;
  /** Module that a worker thread runs to store weights: it calls `serveWeightWriter` with the host's own Files. */
  readonly weightWriterEntry: string;
  readonly processes: ProcessTable;
  /** Module that a worker thread runs to hash a bundle's files: it calls `serveBlobVerifier` with the host's own Files. */
  readonly blobVerifierEntry: string;
  /** What a receipt says of the place it was made in. */
  readonly witness: Witness;
  /** Version of the embedded runtime, for lineage. */
  readonly runtimeVersion: string;
  /** Memory that can be had without pushing others out, bytes. */
  availableMemoryBytes(): number;
  /** Starts nothing yet: `load()` does. */
  createEngine(model: ModelPackage, options: { readonly threads: number }): Engine;
}
