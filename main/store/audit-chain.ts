import { createHash } from "node:crypto";
import { WorkbenchError } from "../../shared/errors.ts";
import { AuditEntry, type AuditQuery, type AuditVerification } from "../../shared/schemas/audit.ts";
import type { Clock } from "../domain/clock.ts";
import type { Database } from "./open-database.ts";

/** What the first entry follows. */
const GENESIS = "0".repeat(64);

/**
 * Who did what to which digest, append-only. Each entry's hash covers the one before, so an edited, removed or moved entry breaks the chain from
 * there on; the head, kept apart, shows a tail cut off. Whoever can rewrite the whole file can forge a whole chain: quoting the last hash
 * elsewhere (a receipt, a bundle) is what pins it.
 */
export class AuditChain {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #actor: string;

  constructor(database: Database, clock: Clock, actor: string) {
    this.#database = database;
    this.#clock = clock;
    this.#actor = actor;
  }

  /** @throws audit.broken when the head was set back, so that the next entry's place is taken */
  append(action: string, subject: string, details: Record<string, unknown>): AuditEntry {
    // Immediate: reading the head and writing behind it are one step, whatever other process appends.
    return this.#database
      .transaction(() => {
        const { entries, hash: previousHash } = this.#head();
        const id = entries + 1;
        if (this.#database.prepare("SELECT 1 FROM audit WHERE id = ?").get(id) !== undefined) throw new WorkbenchError("audit.broken", { entry: id, reason: "the head was set back behind it" });
        // Only what comes back as it was written can be hashed: UTF-8 has no half surrogates, JSON no NaN.
        const body = {
          id, at: new Date(this.#clock.now()).toISOString(), actor: this.#actor.toWellFormed(), action: action.toWellFormed(), subject: subject.toWellFormed(),
          details: JSON.parse(JSON.stringify(details)) as Record<string, unknown>, previousHash,
        };
        const entry: AuditEntry = { ...body, hash: hashOf(body) };
        this.#database
          .prepare("INSERT INTO audit (id, at, actor, action, subject, details, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
          .run(entry.id, entry.at, entry.actor, entry.action, entry.subject, JSON.stringify(entry.details), entry.previousHash, entry.hash);
        this.#database.prepare("UPDATE audit_head SET entries = ?, hash = ?").run(entry.id, entry.hash);
        return entry;
      })
      .immediate();
  }

  /** The last `limit` of the entries that are asked for, oldest first. */
  list(limit: number, { before, matching, about }: Omit<AuditQuery, "limit"> = {}): AuditEntry[] {
    const rows = this.#database.prepare(`
      SELECT * FROM audit
      WHERE (@before IS NULL OR id < @before)
        AND (@matching IS NULL OR instr(lower(actor || ' ' || action || ' ' || subject || ' ' || hash), lower(@matching)) > 0)
        AND (@about IS NULL OR subject IN (SELECT value FROM json_each(@about)) OR EXISTS (SELECT 1 FROM json_each(details) WHERE type = 'text' AND value IN (SELECT value FROM json_each(@about))))
      ORDER BY id DESC LIMIT @limit`).all({ limit, before: before ?? null, matching: matching ?? null, about: about === undefined ? null : JSON.stringify(about) }) as AuditRow[];
    return rows.map(toEntry).reverse();
  }

  /** Walks the whole chain. @throws audit.broken with the first entry that does not hold */
  verify(): AuditVerification {
    return this.#database.transaction(() => {
      const head = this.#head();
      let entries = 0;
      let lastHash = GENESIS;
      for (const row of this.#database.prepare("SELECT * FROM audit ORDER BY id").iterate() as IterableIterator<AuditRow>) {
        const broken = (reason: string): WorkbenchError => new WorkbenchError("audit.broken", { entry: entries + 1, reason });
        let body: Omit<AuditEntry, "hash">;
        try {
          body = bodyOf(row);
        } catch (cause) {
          throw new WorkbenchError("audit.broken", { entry: entries + 1, reason: "it cannot be read" }, { cause });
        }
        if (row.id !== entries + 1) throw broken(`entry ${entries + 1} is missing`);
        if (row.previous_hash !== lastHash) throw broken("it does not follow the entry before");
        if (hashOf(body) !== row.hash) throw broken("its content is not what was hashed");
        entries = row.id;
        lastHash = row.hash;
      }
      if (head.entries !== entries || head.hash !== lastHash) throw new WorkbenchError("audit.broken", { entry: entries + 1, reason: `the chain ends after ${entries} entries, ${head.entries} were written` });
      return { entries, lastHash, intact: true as const };
    })();
  }

  #head(): { entries: number; hash: string } {
    return (this.#database.prepare("SELECT entries, hash FROM audit_head").get() as { entries: number; hash: string } | undefined) ?? { entries: 0, hash: GENESIS };
  }
}

interface AuditRow {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: string;
  readonly previous_hash: string;
  readonly hash: string;
}

const toEntry = (row: AuditRow): AuditEntry => AuditEntry.parse({ ...bodyOf(row), hash: row.hash });

/**
 * What was hashed, of a row just as it stands: the schema would drop a key named __proto__, and so neither recognise an honest one nor see one
 * that was slipped in.
 */
function bodyOf(row: AuditRow): Omit<AuditEntry, "hash"> {
  const details = JSON.parse(row.details) as Record<string, unknown>;
  // The one way we write it: a repeated key, which another reader would take by its first value, is an edit too.
  if (JSON.stringify(details) !== row.details) throw new SyntaxError("details are not as they were written");
  return { id: row.id, at: row.at, actor: row.actor, action: row.action, subject: row.subject, details, previousHash: row.previous_hash };
}

/** SHA-256 of the entry's JSON with sorted keys; the previous hash is one of them. */
function hashOf(body: Omit<AuditEntry, "hash">): string {
  return createHash("sha256").update(canonicalJson(body)).digest("hex");
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join()}}`;
}
