import { z } from "zod";

export const JOB_KINDS = ["model.import", "quantize", "parity.record", "parity.check", "bench.speed", "eval.perplexity", "bundle.create", "bundle.verify", "bundle.install", "bundle.split", "bundle.volumes", "bundle.join", "bundle.repair", "bundle.delta", "bundle.apply", "plan.check"] as const;
export const JobKind = z.enum(JOB_KINDS);
export type JobKind = z.infer<typeof JobKind>;

/*
 * queued → running → done | failed | cancelled
 *             └────→ interrupted (its process died) → running (resume)
 * failed and cancelled may also be resumed: finished parts are kept until the job is removed.
 */
export const JobState = z.enum(["queued", "running", "done", "failed", "cancelled", "interrupted"]);
export type JobState = z.infer<typeof JobState>;

export const JobProgress = z.strictObject({
  step: z.string(), done: z.number(), total: z.number(), unit: z.enum(["bytes", "tokens", "files", "runs"]),
  /** Units per second over the last seconds; null until known. */
  ratePerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const ErrorRecordSchema = z.strictObject({ code: z.string(), details: z.record(z.string(), z.unknown()) });

export const Job = z.strictObject({
  id: z.string(),
  kind: JobKind,
  state: JobState,
  /** What was asked, as the kind's parameters (shared/schemas/job-requests.ts). */
  request: z.record(z.string(), z.unknown()),
  progress: JobProgress.nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: ErrorRecordSchema.nullable(),
  pid: z.int().nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type Job = z.infer<typeof Job>;
