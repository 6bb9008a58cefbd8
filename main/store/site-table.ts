import { Machine } from "../../shared/schemas/machine.ts";
import { Site } from "../../shared/schemas/site.ts";
import { findByReference } from "./find-by-reference.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

/** Machines that are elsewhere, each with all that its record told. */
export class SiteTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A record read again from the same place replaces what it told before. */
  insert(site: Site, machine: Machine): void {
    const { id, name, from, addedAt } = checkRow(Site, site);
    this.#database
      .prepare("INSERT INTO sites (id, name, source, added_at, machine) VALUES (?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET name = excluded.name, machine = excluded.machine")
      .run(id, name, from, addedAt, JSON.stringify(checkRow(Machine, machine)));
  }

  /** In the order they were brought. */
  list(): Site[] {
    return this.#database.prepare('SELECT id, name, source AS "from", added_at AS addedAt FROM sites ORDER BY added_at, id').all().map((row) => Site.parse(row));
  }

  /** @throws store.notFound, store.ambiguous */
  resolve(reference: string): Site {
    return findByReference("site", reference, this.list());
  }

  /** null: an earlier version wrote it in a form that is not read any more; the record itself still can be. */
  machineOf(id: string): Machine | null {
    const text = this.#database.prepare("SELECT machine FROM sites WHERE id = ?").pluck().get(id) as string | undefined;
    return text === undefined ? null : Machine.safeParse(JSON.parse(text)).data ?? null;
  }

  remove(id: string): void {
    this.#database.prepare("DELETE FROM sites WHERE id = ?").run(id);
  }
}
