import Sqlite from "better-sqlite3";
import { WorkbenchError } from "../../shared/errors.ts";
import { toStoreError } from "./store-errors.ts";

export type { Database } from "better-sqlite3";

/** How long a writer waits for another process to finish its transaction. */
const BUSY_TIMEOUT_MS = 10_000;
const SWITCH_RETRY_MS = 20;

const countChanges = (table: string): string => `
  INSERT INTO changes (kind, count) VALUES ('${table}', 0);
  ${["INSERT", "UPDATE", "DELETE"].map((event) => `CREATE TRIGGER ${table}_${event.toLowerCase()}_counts AFTER ${event} ON ${table} BEGIN UPDATE changes SET count = count + 1 WHERE kind = '${table}'; END;`).join("\n")}`;

/** One step per version of the schema, in order; a store is brought from its own version to the last. Never edited once released. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE models (id TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, parent_id TEXT, created_at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE INDEX models_by_name ON models (name);
  CREATE TABLE jobs (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, request TEXT NOT NULL, progress TEXT, result TEXT, error TEXT, pid INTEGER,
    cancel_requested INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT) STRICT;
  CREATE TABLE reports (id TEXT PRIMARY KEY, model_id TEXT NOT NULL, created_at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE INDEX reports_by_model ON reports (model_id);
  CREATE TABLE bundles (id TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, created_at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, details TEXT NOT NULL,
    previous_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), entries INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  `,
  // INSERT OR REPLACE removes a row without asking a DELETE trigger; and a head that can go back or away would hide a tail cut off.
  `
  INSERT OR IGNORE INTO audit_head (one, entries, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
  CREATE TRIGGER audit_is_append_only_insert BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_head_is_one BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head)
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_head_goes_on BEFORE UPDATE ON audit_head WHEN NEW.entries <> OLD.entries + 1
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  `,
  `
  CREATE TABLE plan_checks (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  `,
  // Counted by the store itself, because whoever changes something may be any process: a job, a command, another window.
  `
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE changes (kind TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
  ${["models", "jobs", "reports", "bundles", "audit", "settings"].map(countChanges).join("")}
  `,
  `
  CREATE TABLE sites (id TEXT PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL UNIQUE, added_at TEXT NOT NULL, machine TEXT NOT NULL) STRICT;
  ${["plan_checks", "sites"].map(countChanges).join("")}
  `,
  `
  CREATE TABLE engines (name TEXT PRIMARY KEY, created_at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE TABLE votes (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  ${["engines", "votes"].map(countChanges).join("")}
  `,
  // `take`: which fields of its request a step takes from what earlier ones made.
  `
  ALTER TABLE jobs ADD COLUMN sequence_id TEXT;
  ALTER TABLE jobs ADD COLUMN sequence_at INTEGER;
  ALTER TABLE jobs ADD COLUMN take TEXT;
  CREATE INDEX jobs_by_sequence ON jobs (sequence_id, sequence_at);
  `,
];

/**
 * Opens the store's file, creating or migrating it. WAL lets jobs write while others read; FULL syncs every commit, because the audit must not
 * lose its last entries to a power cut. A file that is refused is left as it was found.
 * @throws store.newerSchema for a file of a later version, store.locked when another process holds it for too long, files.readFailed when it is no
 * database or another program's, files.notPermitted, files.noSpace
 */
export function openDatabase(file: string): Sqlite.Database {
  let database: Sqlite.Database | undefined;
  try {
    database = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS });
    database.pragma("foreign_keys = ON");
    database.pragma("synchronous = FULL");
    migrate(database, file);
    switchToWriteAheadLog(database);
    return database;
  } catch (thrown) {
    database?.close();
    throw toStoreError(thrown, file);
  }
}

const versionOf = (database: Sqlite.Database): number => database.pragma("user_version", { simple: true }) as number;

function migrate(database: Sqlite.Database, file: string): void {
  // Most opens find nothing to do, and then must neither write nor wait for a writer.
  if (versionOf(database) === MIGRATIONS.length) return;
  // Immediate: of two processes that open a new store at once, the second waits and then finds nothing to do.
  database
    .transaction((open: Sqlite.Database) => {
      const version = versionOf(open);
      if (version > MIGRATIONS.length) throw new WorkbenchError("store.newerSchema", { file, found: version, supported: MIGRATIONS.length });
      if (version === 0 && open.prepare("SELECT 1 FROM sqlite_master").get() !== undefined) throw new WorkbenchError("files.readFailed", { file, reason: "it is a database of another program" });
      for (const step of MIGRATIONS.slice(version)) open.exec(step);
      open.pragma(`user_version = ${MIGRATIONS.length}`);
    })
    .immediate(database);
}

/** SQLite does not wait by itself for the moment alone that this switch needs; two processes on a new store can ask for it at once. */
function switchToWriteAheadLog(database: Sqlite.Database): void {
  for (let waitedMs = 0; ; waitedMs += SWITCH_RETRY_MS) {
    try {
      database.pragma("journal_mode = WAL");
      return;
    } catch (thrown) {
      if (!(thrown instanceof Sqlite.SqliteError && thrown.code.startsWith("SQLITE_BUSY")) || waitedMs >= BUSY_TIMEOUT_MS) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_RETRY_MS);
    }
  }
}
