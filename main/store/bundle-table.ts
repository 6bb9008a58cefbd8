import { Bundle } from "../../shared/schemas/bundle.ts";
import { findByReference } from "./find-by-reference.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

export class BundleTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The same bundle written somewhere else replaces the row: the last place is where it is looked for. */
  insert(bundle: Bundle): void {
    this.#database.prepare("INSERT OR REPLACE INTO bundles (id, name, digest, created_at, document) VALUES (?, ?, ?, ?, ?)").run(bundle.id, bundle.name, bundle.digest, bundle.createdAt, JSON.stringify(checkRow(Bundle, bundle)));
  }

  list(): Bundle[] {
    return this.#database.prepare("SELECT document FROM bundles ORDER BY created_at, id").pluck().all().map((document) => Bundle.parse(JSON.parse(document as string)));
  }

  resolve(reference: string): Bundle {
    return findByReference("bundle", reference, this.list());
  }
}
