import Database from "better-sqlite3";
import { WorkbenchError } from "../../shared/errors.ts";

export type { Database } from "better-sqlite3";

/** How long a writer waits for another process to finish its transaction. */
const BUSY_TIMEOUT_MS = 10_000;

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
];

/**
 * Opens the store's file, creating or migrating it. WAL lets jobs write while others read; FULL syncs every commit, because the audit must not
 * lose its last entries to a power cut.
 * @throws store.newerSchema for a file of a later version, store.locked when another process holds it for too long, files.readFailed when it is no database
 */
export function openDatabase(file: string): Database.Database {
  try {
    const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    migrate(database, file);
    return database;
  } catch (thrown) {
    if (thrown instanceof Database.SqliteError) {
      if (thrown.code.startsWith("SQLITE_BUSY")) throw new WorkbenchError("store.locked", { file }, { cause: thrown });
      throw new WorkbenchError("files.readFailed", { file, reason: `${thrown.code}: ${thrown.message}` }, { cause: thrown });
    }
    throw thrown;
  }
}

function migrate(database: Database.Database, file: string): void {
  // Immediate: of two processes that open a new store at once, the second waits and then finds nothing to do.
  database
    .transaction(() => {
      const version = database.pragma("user_version", { simple: true }) as number;
      if (version > MIGRATIONS.length) throw new WorkbenchError("store.newerSchema", { file, found: version, supported: MIGRATIONS.length });
      for (const step of MIGRATIONS.slice(version)) database.exec(step);
      database.pragma(`user_version = ${MIGRATIONS.length}`);
    })
    .immediate();
}
