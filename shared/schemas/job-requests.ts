import { z } from "zod";
import { PlanCheckRequest } from "./plan.ts";
import { Recipe } from "./recipe.ts";
import { VersionName } from "./site-versions.ts";
import type { JobKind } from "./job.ts";
import { LANGUAGES } from "./settings.ts";
import { TrustMode } from "./trust.ts";

/** A model as a person names it: an id, a unique beginning of one, a name, or a path to a package or checkpoint directory. */
const reference = z.string().min(1).max(4096);
const path = z.string().min(1).max(4096);

export const ImportRequest = z.strictObject({
  directory: path,
  name: z.string().min(1).max(200).optional(),
  /** copy: the store owns the files. inPlace: the files stay where they are and must not change. */
  mode: z.enum(["copy", "inPlace"]).default("copy"),
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
export const EvalPerplexityRequest = z.strictObject({
  model: reference,
  textFile: path,
  against: reference.optional(),
  windowTokens: z.int().min(2).max(1 << 17).default(256),
  /** Windows scored, from the start of the text; absent: all. */
  maxWindows: z.int().min(1).optional(),
  threads: z.int().min(1).max(256).optional(),
});
export const BundleCreateRequest = z.strictObject({
  model: reference,
  out: path,
});
export const BundleVerifyRequest = z.strictObject({
  bundle: path,
  expectedDigest: z.string().optional(),
  /** Stricter than the site's own, for this once. */
  policy: TrustMode.optional(),
  /** Where a receipt goes, absolute: its files get this name and endings of their own. */
  receipt: path.optional(),
  language: z.enum(LANGUAGES).optional(),
});
/** `to`: a folder to make. `site`: a folder that holds versions, or the name of one in the home. Neither: the site named after the model. */
export const BundleInstallRequest = z.strictObject({ bundle: path, to: path.optional(), site: path.optional(), expectedDigest: z.string().optional(), policy: TrustMode.optional(), parity: z.boolean().default(true) })
  .refine(({ to, site }) => to === undefined || site === undefined, { error: "either to or site" });
export const BundleRollbackRequest = z.strictObject({
  site: path,
  to: z.union([z.enum(["before", "after"]), VersionName]),
  /** Hash every byte of the version first. */
  verify: z.boolean().default(false),
});
export const EgressProveRequest = z.strictObject({});

export const JOB_REQUESTS = {
  "model.import": ImportRequest,
  quantize: QuantizeRequest,
  "parity.record": ParityRecordRequest,
  "parity.check": ParityCheckRequest,
  "bench.speed": BenchSpeedRequest,
  "eval.perplexity": EvalPerplexityRequest,
  "bundle.create": BundleCreateRequest,
  "bundle.verify": BundleVerifyRequest,
  "bundle.install": BundleInstallRequest,
  "bundle.rollback": BundleRollbackRequest,
  "egress.prove": EgressProveRequest,
  "plan.check": PlanCheckRequest,
} as const satisfies Record<JobKind, z.ZodType>;

export type JobRequest<K extends JobKind> = z.output<(typeof JOB_REQUESTS)[K]>;
