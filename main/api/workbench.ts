import type { EgressEvidence } from "../../shared/schemas/egress.ts";
import type { ChatEngine } from "../domain/chat-engine.ts";
import type { Clock } from "../domain/clock.ts";
import type { Engine } from "../domain/engine.ts";
import type { Files } from "../domain/files.ts";
import type { Host } from "../domain/host.ts";
import type { Installation } from "../domain/installation.ts";
import type { ProcessTable } from "../domain/process-table.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import type { OnProgress } from "../domain/progress.ts";
import type { Secrets } from "../domain/secrets.ts";
import type { Store } from "../store/open-store.ts";
import type { EnginePool } from "./engine-pool.ts";
import type { OpenComparisons } from "./open-comparisons.ts";

/** Where the workbench keeps what it owns. Absolute paths. */
export interface HomePaths {
  readonly root: string;
  readonly database: string;
  readonly checkpoints: string;
  readonly packages: string;
  readonly bundles: string;
  /** Site folders that were given a name instead of a path. */
  readonly sites: string;
  /** What self-tests saw, by digest. */
  readonly evidence: string;
  /** Compiled forms of packages, by digest: a cache that may go at any time. */
  readonly compiled: string;
  readonly jobs: string;
  /** Keys of engines elsewhere, readable by their owner alone. */
  readonly engineKeys: string;
  /** One-time tokens for browsers, and notes of the servers that take them (main/hosts/web). */
  readonly tickets: string;
  readonly servers: string;
  /** Keys, policy and revocation lists of this site. */
  readonly trust: string;
  /** What is being removed is moved here first, so that a kill leaves no half model under its own name. */
  readonly trash: string;
}

/** Everything a call of the contract may touch. Hosts compose one (main/hosts/compose.ts); it is the context of every handler. */
export interface Workbench {
  readonly home: HomePaths;
  readonly files: Files;
  readonly clock: Clock;
  /** The machine this process runs on. */
  readonly host: Host;
  readonly processes: ProcessTable;
  /** user@host, for the audit chain and a site's history. */
  readonly actor: string;
  /** Sallyport and its version. */
  readonly program: string;
  readonly store: Store;
  /** The program that a job process runs. */
  readonly jobEntry: string;
  /** Where the recipe presets lie, one JSON document each. */
  readonly recipesDirectory: string;
  /** Where the sample model lies. */
  readonly sampleDirectory: string;
  /** What a bundle can take along of this workbench. */
  readonly installation: Installation;
  /** Cores used when a request does not say. */
  readonly threads: number;
  /** Runs the main job on the sample where nothing can get out, and watches that nothing tries. @throws egress.cannotWatch, egress.jobFailed */
  proveEgress(work: { readonly workDirectory: string; readonly onProgress: OnProgress; readonly signal: AbortSignal }): Promise<EgressEvidence>;
  /** A new engine that its caller loads and unloads. Jobs use this. */
  createEngine(model: ModelPackage, options: { readonly threads: number }): Engine;
  /** Engines kept loaded between calls, so that a conversation does not load its model for every turn. */
  readonly engines: EnginePool;
  /** For the second of two packages that are compared. */
  readonly enginesBeside: EnginePool;
  /** Speaks to engines elsewhere. */
  readonly chatEngine: ChatEngine;
  /** Keys of engines elsewhere, by the engine's name. */
  readonly secrets: Secrets;
  /** Blind comparisons that wait for a vote. */
  readonly comparisons: OpenComparisons;
}
