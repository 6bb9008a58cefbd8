import { Report } from "../../shared/schemas/report.ts";
import { findByReference } from "./find-by-reference.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

export class ReportTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(report: Report): void {
    this.#database.prepare("INSERT INTO reports (id, model_id, created_at, document) VALUES (?, ?, ?, ?)").run(report.id, report.modelId, report.createdAt, JSON.stringify(checkRow(Report, report)));
  }

  /** Newest first; of a model also the comparisons in which it took part. */
  list(modelId?: string): Report[] {
    const query = modelId === undefined ? this.#database.prepare("SELECT document FROM reports ORDER BY created_at DESC, id DESC") : this.#database.prepare("SELECT document FROM reports WHERE model_id = :model OR EXISTS (SELECT 1 FROM json_each(document, '$.body.contestants') WHERE json_extract(value, '$.contestant.id') = :model) ORDER BY created_at DESC, id DESC");
    return (modelId === undefined ? query.pluck().all() : query.pluck().all({ model: modelId })).map((document) => Report.parse(JSON.parse(document as string)));
  }

  resolve(reference: string): Report {
    return findByReference("report", reference, this.list());
  }
}
