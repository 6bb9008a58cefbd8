import type { ErrorRecord } from "../../shared/errors.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { Job, type JobKind, JobProgress, type JobState } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import { findByReference } from "./find-by-reference.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

/** Which states may become which; the drawing is in shared/schemas/job.ts. */
const FOLLOWERS: Readonly<Record<JobState, readonly JobState[]>> = {
  queued: ["running", "failed", "cancelled", "interrupted"],
  running: ["done", "failed", "cancelled", "interrupted"],
  done: [],
  failed: ["queued"],
  cancelled: ["queued"],
  interrupted: ["queued"],
};

/** Long work and how it stands. Every change of state is one transaction that looks before it writes: two processes cannot both win. */
export class JobTable {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  insert({ id, kind, request }: { readonly id: string; readonly kind: JobKind; readonly request: Record<string, unknown> }): Job {
    this.#database.prepare("INSERT INTO jobs (id, kind, state, request, created_at) VALUES (?, ?, 'queued', ?, ?)").run(id, kind, JSON.stringify(request), this.#now());
    return this.#get(id);
  }

  find(id: string): Job | undefined {
    const row = this.#database.prepare("SELECT * FROM jobs WHERE id = ?").get(id);
    return row === undefined ? undefined : toJob(row as JobRow);
  }

  resolve(reference: string): Job {
    return findByReference("job", reference, this.list());
  }

  /** Newest first. */
  list(): Job[] {
    return (this.#database.prepare("SELECT * FROM jobs ORDER BY created_at DESC, id DESC").all() as JobRow[]).map(toJob);
  }

  /** Which process was started for a queued job, before it has said a word itself. */
  assign(id: string, pid: number): void {
    this.#database.prepare("UPDATE jobs SET pid = ? WHERE id = ? AND state = 'queued'").run(pid, id);
  }

  start(id: string, pid: number): Job {
    return this.#move(id, "running", { pid, started_at: this.#now(), progress: null });
  }

  /** Progress of a job that has ended meanwhile is dropped. */
  progress(id: string, progress: JobProgress): void {
    this.#database.prepare("UPDATE jobs SET progress = ? WHERE id = ? AND state = 'running'").run(JSON.stringify(checkRow(JobProgress, progress)), id);
  }

  finish(id: string, result: Record<string, unknown>): Job {
    return this.#move(id, "done", { result: JSON.stringify(result), ended_at: this.#now() });
  }

  fail(id: string, error: ErrorRecord): Job {
    return this.#move(id, "failed", { error: JSON.stringify(error), ended_at: this.#now() });
  }

  cancel(id: string): Job {
    return this.#move(id, "cancelled", { ended_at: this.#now() });
  }

  /** Its process is gone without a word. @param error what is known of how */
  interrupt(id: string, error?: ErrorRecord): Job {
    return this.#move(id, "interrupted", { error: error === undefined ? null : JSON.stringify(error), ended_at: this.#now() });
  }

  /**
   * As `interrupt` and `cancel`, but only if the job still stands as the caller saw it when it found the process dead: meanwhile it may have ended
   * properly, been marked by another watcher, or been resumed under another process.
   * @returns the job as it stands now
   */
  interruptAsSeen(seen: Job, error: ErrorRecord): Job {
    return this.#asSeen(seen, () => this.interrupt(seen.id, error));
  }

  cancelAsSeen(seen: Job): Job {
    return this.#asSeen(seen, () => this.cancel(seen.id));
  }

  /** A job that had stopped waits for a process again. */
  requeue(id: string): Job {
    return this.#move(id, "queued", { error: null, pid: null, progress: null, started_at: this.#now(), ended_at: null, cancel_requested: 0 });
  }

  requestCancel(id: string): void {
    this.#database.prepare("UPDATE jobs SET cancel_requested = 1 WHERE id = ?").run(id);
  }

  cancelRequested(id: string): boolean {
    return this.#database.prepare("SELECT cancel_requested FROM jobs WHERE id = ?").pluck().get(id) === 1;
  }

  #asSeen(seen: Job, move: () => Job): Job {
    return this.#database
      .transaction(() => {
        const job = this.#get(seen.id);
        return job.state === seen.state && job.pid === seen.pid && job.startedAt === seen.startedAt ? move() : job;
      })
      .immediate();
  }

  #move(id: string, to: JobState, columns: Readonly<Record<string, string | number | null>>): Job {
    return this.#database
      .transaction(() => {
        const job = this.#get(id);
        if (!FOLLOWERS[job.state].includes(to)) {
          throw to === "queued" ? new WorkbenchError("job.notResumable", { id, state: job.state }) : new WorkbenchError("internal.unexpected", { reason: `job ${id} is ${job.state} and cannot become ${to}` });
        }
        const names = Object.keys(columns);
        const assignments = names.map((name) => `, ${name} = ?`).join("");
        this.#database.prepare(`UPDATE jobs SET state = ?${assignments} WHERE id = ?`).run(to, ...names.map((name) => columns[name] ?? null), id);
        return this.#get(id);
      })
      .immediate();
  }

  #get(id: string): Job {
    const job = this.find(id);
    if (job === undefined) throw new WorkbenchError("store.notFound", { kind: "job", reference: id });
    return job;
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly request: string;
  readonly progress: string | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly pid: number | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
}

function toJob(row: JobRow): Job {
  const json = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return Job.parse({
    id: row.id, kind: row.kind, state: row.state, request: json(row.request), progress: json(row.progress), result: json(row.result), error: json(row.error), pid: row.pid,
    createdAt: row.created_at, startedAt: row.started_at, endedAt: row.ended_at,
  });
}
