import { mkdirSync, rmSync } from "node:fs";
import { asWorkbenchError } from "../../shared/errors.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { OnProgress, Progress } from "../domain/progress.ts";
import type { Store } from "../store/open-store.ts";
import { jobDirectory } from "./job-directory.ts";
import { RateMeter } from "./rate-meter.ts";

/** A watcher cannot read faster, and every write is synced. */
const PROGRESS_INTERVAL_MS = 200;

export interface JobWork {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly workDirectory: string;
}

export interface RunJobProcess {
  readonly store: Store;
  readonly clock: Clock;
  readonly home: string;
  readonly id: string;
  readonly work: (job: Job, context: JobWork) => Promise<Record<string, unknown>>;
}

/**
 * The job process's whole life: marks the job running, works, and writes down how it ended. SIGTERM and SIGINT cancel. The work directory goes when
 * the work is done and stays for a resume otherwise.
 */
export async function runJobProcess({ store, clock, home, id, work }: RunJobProcess): Promise<void> {
  if (store.jobs.cancelRequested(id)) {
    if (store.jobs.find(id)?.state === "queued") store.jobs.cancel(id);
    return;
  }
  const job = store.jobs.start(id, process.pid);
  const { work: workDirectory } = jobDirectory(home, id);
  mkdirSync(workDirectory, { recursive: true });
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  try {
    const result = await work(job, { onProgress: progressWriter(store, clock, id), signal: controller.signal, workDirectory });
    store.jobs.finish(id, result);
    rmSync(workDirectory, { recursive: true, force: true });
  } catch (thrown) {
    if (controller.signal.aborted) {
      store.jobs.cancel(id);
      process.exitCode = 130;
      return;
    }
    const error = asWorkbenchError(thrown);
    console.error(thrown);
    store.jobs.fail(id, error.toRecord());
    process.exitCode = 1;
  } finally {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  }
}

/** Progress into the store, a few times a second, with rate and time left; the last of each step always. */
function progressWriter(store: Store, clock: Clock, id: string): OnProgress {
  const meter = new RateMeter();
  let step = "";
  let writtenMs = Number.NEGATIVE_INFINITY;
  return (progress: Progress): void => {
    const now = clock.ticks();
    if (progress.step !== step) {
      meter.reset();
      step = progress.step;
      writtenMs = Number.NEGATIVE_INFINITY;
    }
    if (now - writtenMs < PROGRESS_INTERVAL_MS && progress.done < progress.total) return;
    writtenMs = now;
    const ratePerSecond = meter.measure(now, progress.done);
    const secondsLeft = ratePerSecond !== null && ratePerSecond > 0 ? (progress.total - progress.done) / ratePerSecond : null;
    store.jobs.progress(id, { ...progress, ratePerSecond, secondsLeft });
  };
}
