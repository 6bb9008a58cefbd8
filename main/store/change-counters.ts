import type { ChangeKind } from "../../shared/schemas/change.ts";
import type { Database } from "./open-database.ts";

/** How often each kind of thing was changed, by any process, since the store was made. Triggers count (open-database.ts). */
export class ChangeCounters {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  read(): ReadonlyMap<ChangeKind, number> {
    const rows = this.#database.prepare("SELECT kind, count FROM changes").all() as { readonly kind: ChangeKind; readonly count: number }[];
    return new Map(rows.map(({ kind, count }) => [kind, count]));
  }
}
