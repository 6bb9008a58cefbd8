import { z } from "zod";

export const JOB_KINDS = ["model.import", "quantize", "parity.record", "parity.check", "bench.speed", "bench.compare", "eval.perplexity", "eval.answers", "bundle.create", "bundle.verify", "bundle.install", "bundle.rollback", "egress.prove", "bundle.split", "bundle.volumes", "bundle.join", "bundle.repair", "bundle.delta", "bundle.apply", "plan.check"] as const;
export const JobKind = z.enum(JOB_KINDS);
export type JobKind = z.infer<typeof JobKind>;

/*
 * waiting → queued → running → done | failed | cancelled | paused
 * (a step of     └────→ interrupted (its process died) → queued (resume)
 *  a sequence)
 * failed, cancelled and paused may also be resumed: finished parts are kept until the job is removed.
 */
export const JobState = z.enum(["waiting", "queued", "running", "paused", "done", "failed", "cancelled", "interrupted"]);
export type JobState = z.infer<typeof JobState>;

export const JobProgress = z.strictObject({
  step: z.string(), done: z.number(), total: z.number(), unit: z.enum(["bytes", "tokens", "files", "runs"]),
  /** Units per second over the last seconds; null until known. */
  ratePerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** Figures as they come, for a chart: of each contestant of a comparison the characters per second, run by run. */
  lines: z.array(z.array(z.number()).max(4000).readonly()).max(4).readonly().optional(),
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
  /** Steps of a sequence run one after the other: the next when the one before is done. `at` from 1. */
  sequence: z.strictObject({ id: z.string(), at: z.int().positive(), of: z.int().positive() }).nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type Job = z.infer<typeof Job>;

/** Nothing more comes of it unless somebody resumes it, or the step before it. */
export function isStopped({ state }: Pick<Job, "state">): boolean {
  return state !== "waiting" && state !== "queued" && state !== "running";
}

const MAX_STEPS = 64;

export const SequenceStep = z.strictObject({
  kind: JobKind,
  request: z.record(z.string(), z.unknown()),
  /** Fields of the request that an earlier step's result gives: `step` from 0, `result` as in "bundle.path". */
  take: z.record(z.string(), z.strictObject({ step: z.int().nonnegative(), result: z.string().regex(/^[A-Za-z]+(\.[A-Za-z]+)*$/).max(256) })).default({}),
});
export type SequenceStep = z.infer<typeof SequenceStep>;

export const SequenceRequest = z.strictObject({ steps: z.array(SequenceStep).min(1).max(MAX_STEPS) });
export type SequenceRequest = z.infer<typeof SequenceRequest>;
