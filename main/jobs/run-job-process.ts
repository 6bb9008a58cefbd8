import { mkdirSync, rmSync } from "node:fs";
import { asWorkbenchError } from "../../shared/errors.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import type { OnProgress } from "../domain/progress.ts";
import type { Store } from "../store/open-store.ts";
import { diskError } from "./disk-error.ts";
import { jobDirectory } from "./job-directory.ts";
import { createProgressWriter } from "./progress-writer.ts";
import { spawnJob } from "./spawn-job.ts";

/** The process's exit codes; 0 when the job is done. A shell reports 128 + 2 for a program stopped by Ctrl-C. */
const EXIT_FAILED = 1;
const EXIT_CANCELLED = 130;

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
  /** Module that a job's process runs: the next step of a sequence is started from here, so that nobody has to look on. */
  readonly entry: string;
  readonly work: (job: Job, context: JobWork) => Promise<Record<string, unknown>>;
}

/**
 * The job process's whole life: marks the job running, works, and writes down how it ended, also when something throws where nobody waits.
 * SIGTERM, SIGINT and a request in the store stop it. The work directory goes when the work is done and stays for a resume otherwise.
 */
export async function runJobProcess({ store, clock, home, id, entry, work }: RunJobProcess): Promise<void> {
  if (store.jobs.stopRequested(id) !== null) {
    const job = store.jobs.find(id);
    if (job?.state === "queued") store.jobs.stopAsSeen(job);
    return;
  }
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  const job = store.jobs.start(id, process.pid);
  const progress = createProgressWriter(clock, (latest) => {
    store.jobs.progress(id, latest);
    // Signals are not everywhere, and whoever asked may have been stopped before sending one.
    if (store.jobs.stopRequested(id) !== null) stop();
  });
  const crash = (thrown: unknown): void => {
    try {
      recordEnd(store, id, controller.signal, thrown);
    } finally {
      process.exit();
    }
  };
  process.on("uncaughtException", crash);
  try {
    const workDirectory = makeWorkDirectory(home, id);
    const result = await work(job, { onProgress: progress.onProgress, signal: controller.signal, workDirectory });
    progress.flush();
    const done = store.jobs.finish(id, result);
    removeWorkDirectory(workDirectory);
    startFollowing(store, done, entry, home);
  } catch (thrown) {
    // What was put aside for a resume would keep the disk too full even to write down why it ended.
    if (asWorkbenchError(thrown).code === "files.noSpace") removeWorkDirectory(jobDirectory(home, id).work);
    recordEnd(store, id, controller.signal, thrown);
  } finally {
    // Nothing may be written behind the end.
    progress.flush();
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
    process.off("uncaughtException", crash);
  }
}

/** The next step of its sequence. It is queued already: should this process die here, it is found interrupted and can be resumed. */
function startFollowing(store: Store, done: Job, entry: string, home: string): void {
  const next = store.jobs.following(done);
  if (next === null) return;
  try {
    spawnJob({ store, entry, home, id: next.id });
  } catch (thrown) {
    // Written down as that job's failure; this one is done.
    console.error(thrown);
  }
}

/** Work that threw was cancelled if it had been told to stop, and has failed otherwise. */
function recordEnd(store: Store, id: string, signal: AbortSignal, thrown: unknown): void {
  process.exitCode = signal.aborted ? EXIT_CANCELLED : EXIT_FAILED;
  if (signal.aborted) {
    store.jobs.stop(id);
    return;
  }
  console.error(thrown);
  store.jobs.fail(id, asWorkbenchError(thrown).toRecord());
}

function makeWorkDirectory(home: string, id: string): string {
  const { work } = jobDirectory(home, id);
  try {
    mkdirSync(work, { recursive: true });
  } catch (thrown) {
    throw diskError(thrown, work, "make a directory");
  }
  return work;
}

/** The job is done by then: what cannot be removed is said in its log and changes nothing. */
function removeWorkDirectory(workDirectory: string): void {
  try {
    rmSync(workDirectory, { recursive: true, force: true });
  } catch (thrown) {
    console.error(thrown);
  }
}
