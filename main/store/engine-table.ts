import { RemoteEngine } from "../../shared/schemas/engine.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

/** Engines elsewhere, by the names they were given. Their keys are not here: the file is copied and shown around. */
export class EngineTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns false where the name is taken */
  insert(engine: RemoteEngine): boolean {
    return this.#database.prepare("INSERT OR IGNORE INTO engines (name, created_at, document) VALUES (?, ?, ?)").run(engine.name, engine.createdAt, JSON.stringify(checkRow(RemoteEngine, engine))).changes > 0;
  }

  list(): RemoteEngine[] {
    return this.#database.prepare("SELECT document FROM engines ORDER BY name").pluck().all().map(parse);
  }

  find(name: string): RemoteEngine | undefined {
    return this.#database.prepare("SELECT document FROM engines WHERE name = ?").pluck().all(name).map(parse)[0];
  }

  remove(name: string): void {
    this.#database.prepare("DELETE FROM engines WHERE name = ?").run(name);
  }
}

const parse = (document: unknown): RemoteEngine => RemoteEngine.parse(JSON.parse(document as string));
