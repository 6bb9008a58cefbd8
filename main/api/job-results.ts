import { z } from "zod";
import { Bundle, BundleApply, BundleDelta, BundleJoin, BundleRepair, BundleSplit, BundleVerification, VolumeSetCheck } from "../../shared/schemas/bundle.ts";
import { Mark } from "../../shared/schemas/delivery.ts";
import { Arrival } from "../../shared/schemas/import-preflight.ts";
import type { JobKind } from "../../shared/schemas/job.ts";
import { Model } from "../../shared/schemas/model.ts";
import { VersionName } from "../../shared/schemas/site-versions.ts";
import { PlanCheck } from "../../shared/schemas/plan.ts";
import { EgressEvidence } from "../../shared/schemas/egress.ts";
import { Report } from "../../shared/schemas/report.ts";
import { SignatureAnswer } from "../../shared/schemas/trust.ts";

const ReportResult = z.object({ report: Report });

/** What the `result` of a finished job holds, by kind. */
export const JOB_RESULTS = {
  /** alreadyPresent: the same bytes were in the store; the second copy was removed. */
  "model.import": z.object({ model: Model, alreadyPresent: z.boolean(), tensors: z.int(), ignoredMtpTensors: z.int(), arrival: Arrival.optional() }),
  quantize: z.object({ model: Model, alreadyPresent: z.boolean(), weightBytes: z.number(), inputBytes: z.number(), seconds: z.number(), parityRecorded: z.boolean() }),
  "parity.record": z.object({ modelId: z.string(), positions: z.int(), greedyTokens: z.int(), file: z.string() }),
  "parity.check": ReportResult,
  "bench.speed": ReportResult,
  "bench.compare": ReportResult,
  "eval.perplexity": ReportResult,
  "eval.answers": ReportResult,
  "bundle.create": z.object({ bundle: Bundle, marks: z.array(Mark).default([]) }),
  "bundle.verify": z.object({ verification: BundleVerification, path: z.string() }),
  /** report: parity as re-run where the package now lies; null when it was not asked for. */
  "bundle.install": z.object({
    modelId: z.string(), modelDigest: z.string(), directory: z.string(), signature: SignatureAnswer, report: Report.nullable(), marks: z.array(Mark).default([]),
    /** null when it was unpacked to a folder of its own. `wrote`: the smoke test's answer. */
    site: z.object({ directory: z.string(), version: VersionName, before: VersionName.nullable(), wrote: z.string().nullable() }).nullable().default(null),
  }),
  "bundle.rollback": z.object({ modelId: z.string(), modelDigest: z.string(), directory: z.string(), site: z.string(), version: VersionName, before: VersionName }),
  "egress.prove": z.object({ evidence: EgressEvidence, file: z.string(), digest: z.string() }),
  "bundle.split": z.object({ split: BundleSplit }),
  "bundle.volumes": z.object({ check: VolumeSetCheck }),
  "bundle.join": z.object({ join: BundleJoin }),
  "bundle.repair": z.object({ repair: BundleRepair }),
  "bundle.delta": z.object({ delta: BundleDelta }),
  "bundle.apply": z.object({ apply: BundleApply }),
  "plan.check": z.object({ check: PlanCheck }),
} as const satisfies Record<JobKind, z.ZodType<Record<string, unknown>>>;

export type JobResult<K extends JobKind> = z.output<(typeof JOB_RESULTS)[K]>;
