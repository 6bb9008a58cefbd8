import { PlanCheck } from "../../shared/schemas/plan.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

/** Predictions held against measurements; later plans learn their error band from them. */
export class PlanCheckTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(check: PlanCheck): void {
    this.#database.prepare("INSERT INTO plan_checks (id, created_at, document) VALUES (?, ?, ?)").run(check.id, check.createdAt, JSON.stringify(checkRow(PlanCheck, check)));
  }

  /** Newest first. */
  list(): PlanCheck[] {
    return this.#database.prepare("SELECT document FROM plan_checks ORDER BY created_at DESC, id DESC").pluck().all().map((document) => PlanCheck.parse(JSON.parse(document as string)));
  }

  /** @returns how many there were */
  clear(): number {
    return this.#database.prepare("DELETE FROM plan_checks").run().changes;
  }
}
