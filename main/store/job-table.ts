import type { ErrorRecord } from "../../shared/errors.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { Job, type JobKind, JobProgress, type JobState, SequenceStep } from "../../shared/schemas/job.ts";
import type { Clock } from "../domain/clock.ts";
import { findByReference } from "./find-by-reference.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

/** Which states may become which; the drawing is in shared/schemas/job.ts. */
const FOLLOWERS: Readonly<Record<JobState, readonly JobState[]>> = {
  waiting: ["queued", "failed"],
  queued: ["running", "failed", "cancelled", "paused", "interrupted"],
  running: ["done", "failed", "cancelled", "paused", "interrupted"],
  paused: ["queued"],
  done: [],
  failed: ["queued"],
  cancelled: ["queued"],
  interrupted: ["queued"],
};

/** How a job stops that was asked to. */
export type StopState = "cancelled" | "paused";
/** As the column counts them. */
const STOP_REQUESTS: readonly (StopState | null)[] = [null, "cancelled", "paused"];

const SELECT = "SELECT *, (SELECT count(*) FROM jobs AS steps WHERE steps.sequence_id = jobs.sequence_id) AS sequence_of FROM jobs";

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

  /** Steps of one sequence: the first is queued, each other waits for the one before it. */
  insertSequence(sequenceId: string, steps: readonly { readonly id: string; readonly kind: JobKind; readonly request: Record<string, unknown>; readonly take: SequenceStep["take"] }[]): Job[] {
    return this.#database
      .transaction(() => {
        // One moment for all: the list is in the order of time, and of steps within it.
        const createdAt = this.#now();
        for (const [index, { id, kind, request, take }] of steps.entries()) {
          this.#database.prepare("INSERT INTO jobs (id, kind, state, request, created_at, sequence_id, sequence_at, take) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .run(id, kind, index === 0 ? "queued" : "waiting", JSON.stringify(request), createdAt, sequenceId, index + 1, JSON.stringify(take));
        }
        return this.sequence(sequenceId);
      })
      .immediate();
  }

  /** In their order. */
  sequence(sequenceId: string): Job[] {
    return (this.#database.prepare(`${SELECT} WHERE sequence_id = ? ORDER BY sequence_at`).all(sequenceId) as JobRow[]).map(toJob);
  }

  /** The step behind a finished one, that waits for a process; null where there is none. */
  following({ sequence }: Job): Job | null {
    if (sequence === null) return null;
    return this.sequence(sequence.id).find((step) => step.sequence?.at === sequence.at + 1 && step.state === "queued" && step.pid === null) ?? null;
  }

  /** With the steps that waited for it; they could never start. */
  remove(id: string): void {
    this.#database
      .transaction(() => {
        const { sequence } = this.#get(id);
        if (sequence !== null) this.#database.prepare("DELETE FROM jobs WHERE sequence_id = ? AND sequence_at > ? AND state = 'waiting'").run(sequence.id, sequence.at);
        this.#database.prepare("DELETE FROM jobs WHERE id = ?").run(id);
      })
      .immediate();
  }

  find(id: string): Job | undefined {
    const row = this.#database.prepare(`${SELECT} WHERE id = ?`).get(id);
    return row === undefined ? undefined : toJob(row as JobRow);
  }

  resolve(reference: string): Job {
    return findByReference("job", reference, this.list());
  }

  /** Newest first. */
  list(): Job[] {
    return (this.#database.prepare(`${SELECT} ORDER BY created_at DESC, coalesce(sequence_at, 0) DESC, id DESC`).all() as JobRow[]).map(toJob);
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

  /** And lets the step behind it be started, in the same transaction: a chain is never cut between two of its steps. */
  finish(id: string, result: Record<string, unknown>): Job {
    return this.#database
      .transaction(() => {
        const done = this.#move(id, "done", { result: JSON.stringify(result), ended_at: this.#now() });
        if (done.sequence !== null) this.#release(done.sequence.id, done.sequence.at + 1);
        return done;
      })
      .immediate();
  }

  #release(sequenceId: string, at: number): void {
    const row = this.#database.prepare("SELECT id, request, take FROM jobs WHERE sequence_id = ? AND sequence_at = ? AND state = 'waiting'").get(sequenceId, at) as { id: string; request: string; take: string } | undefined;
    if (row === undefined) return;
    const before = this.sequence(sequenceId);
    const request = JSON.parse(row.request) as Record<string, unknown>;
    for (const [field, { step, result }] of Object.entries(SequenceStep.shape.take.parse(JSON.parse(row.take)))) {
      const taken = resultAt(before[step]?.result ?? null, result);
      if (taken === undefined) {
        const error = new WorkbenchError("usage.invalid", { reason: `${field} is to be ${result} of step ${step + 1} of the sequence, whose result has none` });
        this.#move(row.id, "failed", { error: JSON.stringify(error.toRecord()), ended_at: this.#now() });
        return;
      }
      request[field] = taken;
    }
    this.#move(row.id, "queued", { request: JSON.stringify(request), started_at: this.#now() });
  }

  fail(id: string, error: ErrorRecord): Job {
    return this.#move(id, "failed", { error: JSON.stringify(error), ended_at: this.#now() });
  }

  /** Cancelled or paused, whichever was asked for last. */
  stop(id: string): Job {
    return this.#move(id, this.stopRequested(id) ?? "cancelled", { ended_at: this.#now() });
  }

  /** Its process is gone without a word. @param error what is known of how */
  interrupt(id: string, error?: ErrorRecord): Job {
    return this.#move(id, "interrupted", { error: error === undefined ? null : JSON.stringify(error), ended_at: this.#now() });
  }

  /**
   * As `interrupt` and `stop`, but only if the job still stands as the caller saw it when it found the process dead: meanwhile it may have ended
   * properly, been marked by another watcher, or been resumed under another process.
   * @returns the job as it stands now
   */
  interruptAsSeen(seen: Job, error: ErrorRecord): Job {
    return this.#asSeen(seen, () => this.interrupt(seen.id, error));
  }

  /** Ends it as it was asked to. */
  stopAsSeen(seen: Job): Job {
    return this.#asSeen(seen, () => this.stop(seen.id));
  }

  /** A job that had stopped waits for a process again. */
  requeue(id: string): Job {
    return this.#move(id, "queued", { error: null, pid: null, progress: null, started_at: this.#now(), ended_at: null, cancel_requested: 0 });
  }

  requestStop(id: string, as: StopState): void {
    this.#database.prepare("UPDATE jobs SET cancel_requested = ? WHERE id = ?").run(STOP_REQUESTS.indexOf(as), id);
  }

  stopRequested(id: string): StopState | null {
    return STOP_REQUESTS[this.#database.prepare("SELECT cancel_requested FROM jobs WHERE id = ?").pluck().get(id) as number] ?? null;
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
  readonly sequence_id: string | null;
  readonly sequence_at: number | null;
  readonly sequence_of: number;
}

function toJob(row: JobRow): Job {
  const json = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return Job.parse({
    id: row.id, kind: row.kind, state: row.state, request: json(row.request), progress: json(row.progress), result: json(row.result), error: json(row.error), pid: row.pid,
    sequence: row.sequence_id === null || row.sequence_at === null ? null : { id: row.sequence_id, at: row.sequence_at, of: Math.max(row.sequence_of, row.sequence_at) },
    createdAt: row.created_at, startedAt: row.started_at, endedAt: row.ended_at,
  });
}

/** "bundle.path" of a result; undefined where it holds no text or number there. */
function resultAt(result: Readonly<Record<string, unknown>> | null, path: string): string | number | undefined {
  let value: unknown = result;
  for (const name of path.split(".")) value = typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
