import { Model } from "../../shared/schemas/model.ts";
import { findByReference } from "./find-by-reference.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

/** Checkpoints that came in and packages made from them. */
export class ModelTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The same id again replaces the row and keeps when it first came. */
  insert(model: Model): void {
    const { id, name, digest, parentId } = checkRow(Model, model);
    // Immediate: two jobs that make the same model agree on which came first.
    this.#database
      .transaction(() => {
        const createdAt = this.find(id)?.createdAt ?? model.createdAt;
        this.#database
          .prepare("INSERT OR REPLACE INTO models (id, name, digest, parent_id, created_at, document) VALUES (?, ?, ?, ?, ?, ?)")
          .run(id, name, digest, parentId, createdAt, JSON.stringify({ ...model, createdAt }));
      })
      .immediate();
  }

  list(): Model[] {
    return parseAll(this.#database.prepare("SELECT document FROM models ORDER BY created_at, id").pluck().all());
  }

  find(id: string): Model | undefined {
    return parseAll(this.#database.prepare("SELECT document FROM models WHERE id = ?").pluck().all(id))[0];
  }

  resolve(reference: string): Model {
    return findByReference("model", reference, this.list());
  }

  children(id: string): Model[] {
    return parseAll(this.#database.prepare("SELECT document FROM models WHERE parent_id = ? ORDER BY created_at, id").pluck().all(id));
  }

  remove(id: string): void {
    this.#database.prepare("DELETE FROM models WHERE id = ?").run(id);
  }
}

const parseAll = (documents: unknown[]): Model[] => documents.map((document) => Model.parse(JSON.parse(document as string)));
