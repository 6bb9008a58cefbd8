import { z } from "zod";
import { Mark, TargetId, TargetKind } from "./delivery.ts";
import { ChecksumSource, ImportMode } from "./import-preflight.ts";
import { Sha256 } from "./model-package.ts";
import { PlanCheckRequest, PlanPreference } from "./plan.ts";
import { Recipe } from "./recipe.ts";
import { VersionName } from "./site-versions.ts";
import type { JobKind } from "./job.ts";
import { LANGUAGES } from "./settings.ts";
import { TrustMode } from "./trust.ts";
import { WorkloadName } from "./workload.ts";

/** A model as a person names it: an id, a unique beginning of one, a name, or a path to a package or checkpoint directory. */
const reference = z.string().min(1).max(4096);
const path = z.string().min(1).max(4096);

export const ImportRequest = z.strictObject({
  directory: path,
  name: z.string().min(1).max(200).optional(),
  mode: ImportMode.default("copy"),
  checksums: ChecksumSource.default({ from: "folder" }),
  /** SHA-256 of the chat template that a person read and approved; another one is refused. Absent: nobody did. */
  templateApproved: Sha256.optional(),
});
export const QuantizeRequest = z.strictObject({
  model: reference,
  recipe: Recipe,
  name: z.string().min(1).max(200).optional(),
  threads: z.int().min(1).max(256).optional(),
});
export const ParityRecordRequest = z.strictObject({ model: reference });
export const ParityCheckRequest = z.strictObject({
  model: reference,
  expected: path.optional(),
  toleranceAbsolute: z.number().positive().optional(),
  /** Prompt tokens fed at a time; null: all at once. */
  chunkTokens: z.int().positive().nullable().default(null),
});
export const BenchSpeedRequest = z.strictObject({
  model: reference,
  promptTokens: z.int().min(1).max(1 << 20).default(128),
  generateTokens: z.int().min(2).max(1 << 16).default(64),
  runs: z.int().min(1).max(1000).default(5),
  warmupRuns: z.int().min(0).max(100).default(1),
  threads: z.int().min(1).max(256).optional(),
});
/** Below two rounds there is nothing to pair; fifty are a night. */
const MOST_ROUNDS = 50;
export const MOST_CONTESTANTS = 4;

export const BenchCompareRequest = z.strictObject({
  /** Packages, or "engine:NAME". A package may stand twice with different threads. */
  contestants: z.array(z.strictObject({ model: reference, threads: z.int().min(1).max(256).optional() })).min(2).max(MOST_CONTESTANTS),
  workload: WorkloadName.default("chat"),
  /** A person's own prompts (JSON lines), in place of the workload's. */
  promptsFile: path.optional(),
  /** Of an answer to a prompt of the file that names no max_tokens itself. */
  answerTokens: z.int().min(1).max(1 << 16).default(128),
  rounds: z.int().min(2).max(MOST_ROUNDS).default(5),
  /** Draws the order of each pair of rounds and the texts of a workload. */
  seed: z.int().min(0).max(2 ** 32 - 1).default(1),
});
export const EvalPerplexityRequest = z.strictObject({
  model: reference,
  textFile: path,
  against: reference.optional(),
  windowTokens: z.int().min(2).max(1 << 17).default(256),
  /** Windows scored, from the start of the text; absent: all. */
  maxWindows: z.int().min(1).optional(),
  threads: z.int().min(1).max(256).optional(),
});
export const EvalAnswersRequest = z.strictObject({
  model: reference,
  against: reference,
  textFile: path,
  /** passages: prompts are beginnings of equal parts of the text; lines: every line that is not empty is one. */
  cut: z.enum(["passages", "lines"]).default("passages"),
  prompts: z.int().min(1).max(64).default(12),
  /** Of a passage. */
  promptTokens: z.int().min(1).max(1 << 14).default(48),
  generateTokens: z.int().min(1).max(1 << 12).default(48),
  threads: z.int().min(1).max(256).optional(),
});
/** An engine on a machine. `machine` as in a plan: "here", a preset, or an absolute path. */
export const BundleTargetRequest = z.strictObject({
  kind: TargetKind,
  machine: z.string().min(1).max(4096),
  /** The folder's name; made of engine and machine, unless said. */
  id: TargetId.optional(),
  /** Which of the models, by name or reference; the first that the engine takes, unless said. */
  model: reference.optional(),
  contextTokens: z.int().min(1).max(1 << 24).optional(),
  concurrency: z.int().min(1).max(1 << 20).default(1),
  nodes: z.int().min(1).max(1024).default(1),
  preference: PlanPreference.default("best-quality"),
  image: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}$/).optional(),
  /** Where the site installs models. */
  directory: z.string().regex(/^\/[^\0]*$/).max(1024).default("/opt/models"),
  port: z.int().min(1).max(65_533).default(8000),
});
export type BundleTargetRequest = z.output<typeof BundleTargetRequest>;
export const BundleCreateRequest = z.strictObject({
  /** The only one, or the first. */
  model: reference,
  /** Further packages and checkpoints. */
  models: z.array(reference).max(63).default([]),
  name: z.string().min(1).max(200).optional(),
  targets: z.array(BundleTargetRequest).max(64).default([]),
  marks: z.array(Mark).max(16).default([]),
  /** Absolute paths of images saved with docker save, or as OCI archives. */
  images: z.array(path).max(64).default([]),
  /** Runtimes of the embedded engine for other platforms: absolute paths of what `bundle runtime` made. */
  runtimes: z.array(path).max(16).default([]),
  /** Ids of reports on these models. */
  reports: z.array(reference).max(1024).default([]),
  out: path,
});
export const BundleRuntimeRequest = z.strictObject({ out: path });
export const BundleVerifyRequest = z.strictObject({
  bundle: path,
  expectedDigest: z.string().optional(),
  /** Stricter than the site's own, for this once. */
  policy: TrustMode.optional(),
  /** Where a receipt goes, absolute: its files get this name and endings of their own. */
  receipt: path.optional(),
  /** Evidence of an egress self-test that goes on the receipt, instead of the latest of this home. */
  egress: path.optional(),
  language: z.enum(LANGUAGES).optional(),
});
/** `to`: a folder to make. `site`: a folder that holds versions, or the name of one in the home. Neither: the site named after the model. */
export const BundleInstallRequest = z.strictObject({ bundle: path, to: path.optional(), site: path.optional(), package: z.string().min(1).max(200).optional(), expectedDigest: z.string().optional(), policy: TrustMode.optional(), parity: z.boolean().default(true) })
  .refine(({ to, site }) => to === undefined || site === undefined, { error: "either to or site" });
export const BundleRollbackRequest = z.strictObject({
  site: path,
  to: z.union([z.enum(["before", "after"]), VersionName]),
  /** Hash every byte of the version first. */
  verify: z.boolean().default(false),
});
export const EgressProveRequest = z.strictObject({});
/** What one medium holds, in bytes: shared/schemas/medium.ts names some. */
export const BundleSplitRequest = z.strictObject({ bundle: path, out: path, mediumBytes: z.int().min(65_536).max(2 ** 50), recoveryVolumes: z.int().min(0).max(32).default(1) });
const folders = z.array(path).min(1).max(1000);
/** sha256:… of volumes.json, as its sender told it. */
const expectedSet = z.string().optional();
const maxBytes = z.int().positive().optional();
export const BundleVolumesRequest = z.strictObject({ folders, expectedSet });
export const BundleJoinRequest = z.strictObject({ folders, out: path, expectedSet, maxBytes });
export const BundleRepairRequest = z.strictObject({ folders, out: path, expectedSet });
export const BundleDeltaRequest = z.strictObject({ base: path, bundle: path, out: path });
export const BundleApplyRequest = z.strictObject({ delta: path, base: path, out: path, maxBytes });

export const JOB_REQUESTS = {
  "model.import": ImportRequest,
  quantize: QuantizeRequest,
  "parity.record": ParityRecordRequest,
  "parity.check": ParityCheckRequest,
  "bench.speed": BenchSpeedRequest,
  "bench.compare": BenchCompareRequest,
  "eval.perplexity": EvalPerplexityRequest,
  "eval.answers": EvalAnswersRequest,
  "bundle.create": BundleCreateRequest,
  "bundle.verify": BundleVerifyRequest,
  "bundle.install": BundleInstallRequest,
  "bundle.rollback": BundleRollbackRequest,
  "egress.prove": EgressProveRequest,
  "bundle.split": BundleSplitRequest,
  "bundle.volumes": BundleVolumesRequest,
  "bundle.join": BundleJoinRequest,
  "bundle.repair": BundleRepairRequest,
  "bundle.delta": BundleDeltaRequest,
  "bundle.apply": BundleApplyRequest,
  "plan.check": PlanCheckRequest,
} as const satisfies Record<JobKind, z.ZodType>;

export type JobRequest<K extends JobKind> = z.output<(typeof JOB_REQUESTS)[K]>;
