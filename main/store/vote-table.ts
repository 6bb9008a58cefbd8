import { Vote } from "../../shared/schemas/comparison.ts";
import type { Database } from "./open-database.ts";
import { checkRow } from "./store-errors.ts";

/** What people preferred without knowing whose it was. */
export class VoteTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(vote: Vote): void {
    this.#database.prepare("INSERT INTO votes (id, created_at, document) VALUES (?, ?, ?)").run(vote.id, vote.createdAt, JSON.stringify(checkRow(Vote, vote)));
  }

  /** Newest first. */
  list(): Vote[] {
    return this.#database.prepare("SELECT document FROM votes ORDER BY created_at DESC, rowid DESC").pluck().all().map(parse);
  }

  /** Takes the newest out and gives it back. */
  removeLast(): Vote | undefined {
    return this.#database.prepare("DELETE FROM votes WHERE rowid = (SELECT rowid FROM votes ORDER BY created_at DESC, rowid DESC LIMIT 1) RETURNING document").pluck().all().map(parse)[0];
  }
}

const parse = (document: unknown): Vote => Vote.parse(JSON.parse(document as string));
