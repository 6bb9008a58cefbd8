import type { Bundle } from "../../../shared/schemas/bundle.ts";
import type { Job } from "../../../shared/schemas/job.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import type { Report } from "../../../shared/schemas/report.ts";
import type { Sample } from "../../../shared/schemas/sample.ts";
import { recordAt, textAt } from "../../job-subject.ts";

export const FIRST_RUN_STEPS = ["import", "quantize", "measure", "bundle", "verify"] as const;
export type FirstRunStep = (typeof FIRST_RUN_STEPS)[number];
export const FIRST_RUN_RECIPE = "int4";

export interface Known {
  readonly models: readonly Model[];
  readonly jobs: readonly Job[];
  readonly reports: readonly Report[];
  readonly bundles: readonly Bundle[];
}

export interface FirstRun {
  readonly checkpoint: Model | null;
  readonly package: Model | null;
  readonly bundle: Bundle | null;
  /** The first step that is not done; null: the sample went the whole way. */
  readonly current: FirstRunStep | null;
  /** The newest job of the current step, whatever became of it. */
  readonly job: Job | null;
}

/** How far the sample has come, read from what the store holds: so the path survives a reload, and steps done from a command line count. */
export function firstRun(sample: Sample, { models, jobs, reports, bundles }: Known): FirstRun {
  const imports = jobs.filter((job) => job.kind === "model.import" && job.request["directory"] === sample.checkpoint);
  const importedIds = new Set(imports.map(({ result }) => textAt(recordAt(result, "model"), "id")));
  const checkpoint = models.find((model) => model.kind === "checkpoint" && importedIds.has(model.id)) ?? null;
  const made = models.find((model) => checkpoint !== null && model.parentId === checkpoint.id && model.recipe === FIRST_RUN_RECIPE) ?? null;
  const isMeasured = made !== null && reports.some(({ modelId, body }) => modelId === made.id && body.kind === "speed");
  const bundle = bundles.find(({ modelId }) => modelId === made?.id) ?? null;
  const verifications = jobs.filter((job) => job.kind === "bundle.verify" && bundle !== null && job.request["bundle"] === bundle.path);

  const newest = (kind: Job["kind"], holds: (job: Job) => boolean): Job | null => jobs.find((job) => job.kind === kind && holds(job)) ?? null;
  const stands = { checkpoint, package: made, bundle };
  if (checkpoint === null) return { ...stands, current: "import", job: imports[0] ?? null };
  if (made === null) return { ...stands, current: "quantize", job: newest("quantize", ({ request }) => request["model"] === checkpoint.id && recordAt(request, "recipe")?.["name"] === FIRST_RUN_RECIPE) };
  if (!isMeasured) return { ...stands, current: "measure", job: newest("bench.speed", ({ request }) => request["model"] === made.id) };
  if (bundle === null) return { ...stands, current: "bundle", job: newest("bundle.create", ({ request }) => request["model"] === made.id || request["model"] === made.directory) };
  if (!verifications.some(({ state }) => state === "done")) return { ...stands, current: "verify", job: verifications[0] ?? null };
  return { ...stands, current: null, job: null };
}
