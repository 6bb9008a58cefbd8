import { WorkbenchError } from "../../shared/errors.ts";
import type { JobProgress } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { OnProgress, Progress } from "../domain/progress.ts";
import { RateMeter } from "./rate-meter.ts";

/** A watcher cannot read faster, and every write is synced. */
const PROGRESS_INTERVAL_MS = 200;

export interface ProgressWriter {
  readonly onProgress: OnProgress;
  /** Writes what is still held back. */
  flush(): void;
}

/**
 * Thins reports of progress out to five a second, whatever the work sends, and adds rate and time left. The newest is never lost: one that came
 * too early is written when its time has come.
 */
export function createProgressWriter(clock: Clock, write: (progress: JobProgress) => void): ProgressWriter {
  const meter = new RateMeter();
  let step: string | null = null;
  let writtenMs = Number.NEGATIVE_INFINITY;
  let pending: { readonly progress: Progress; readonly ms: number } | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (pending === null) return;
    const { progress, ms } = pending;
    pending = null;
    writtenMs = clock.ticks();
    const ratePerSecond = meter.measure(ms, progress.done);
    const secondsLeft = ratePerSecond !== null && ratePerSecond > 0 ? Math.max(0, (progress.total - progress.done) / ratePerSecond) : null;
    try {
      write({ step: progress.step, done: progress.done, total: progress.total, unit: progress.unit, ratePerSecond, secondsLeft, ...(progress.lines === undefined ? {} : { lines: progress.lines }) });
    } catch (thrown) {
      // Work does not stop because its progress cannot be shown; a store that cannot be written shows again when the job ends.
      if (!(thrown instanceof WorkbenchError) || thrown.code === "internal.unexpected") throw thrown;
    }
  };

  const onProgress: OnProgress = (progress) => {
    const ms = clock.ticks();
    if (progress.step !== step) {
      step = progress.step;
      meter.reset();
      meter.measure(ms, progress.done);
    }
    pending = { progress, ms };
    const waitMs = writtenMs + PROGRESS_INTERVAL_MS - ms;
    if (waitMs <= 0) flush();
    else timer ??= setTimeout(flush, waitMs).unref();
  };
  return { onProgress, flush };
}
