import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../main/store/open-database.ts";
import { openStore } from "../../main/store/open-store.ts";
import type { Model } from "../../shared/schemas/model.ts";

const directory = mkdtempSync(path.join(os.tmpdir(), "sallyport-store-damage-"));
const clock = { now: () => Date.now(), ticks: () => performance.now() };
let files = 0;
const newFile = () => path.join(directory, `${files++}.db`);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const coded = (code: string, details: object = {}) => expect.objectContaining({ code, details: expect.objectContaining(details) });
function withStore<T>(file: string, use: (store: ReturnType<typeof openStore>) => T): T {
  const store = openStore(file, clock, "me");
  try {
    return use(store);
  } finally {
    store.close();
  }
}
function withSql(file: string, sql: string): void {
  const database = new Database(file);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}
const model: Model = {
  id: "pkg-aaaaaaaaaaaa", kind: "package", name: "one", family: "llama", digest: "a".repeat(64), directory: "/m", owned: true, bytes: 1, totalParameters: 1, activeParameters: 1, recipe: null,
  parentId: null, createdAt: "2026-01-01T00:00:00.000Z",
};

describe("the file", () => {
  it("damaged in its middle gives a typed error from whichever query meets the damage", () => {
    const file = newFile();
    withStore(file, ({ audit }) => {
      for (let i = 0; i < 400; i++) audit.append("model.import", `${"d".repeat(100)}${i}`, {});
    });
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xab, 4096 * Math.ceil(bytes.length / 8192), bytes.length - 4096));
    withStore(file, ({ models, audit }) => {
      expect(models.list()).toEqual([]);
      expect(() => audit.verify()).toThrow(coded("files.readFailed", { file }));
    });
  });

  it("with a row that is not what it should be says so instead of handing it on", () => {
    const file = newFile();
    withStore(file, ({ models }) => models.insert(model));
    withSql(file, "UPDATE models SET document = '{\"id\":1}'");
    withStore(file, ({ models }) => expect(() => models.list()).toThrow(coded("files.readFailed", { file })));
    withSql(file, "UPDATE models SET document = '{\"id\":'");
    withStore(file, ({ models }) => expect(() => models.resolve("one")).toThrow(coded("files.readFailed", { file })));
  });

  it("of another program is refused and left alone", () => {
    const file = newFile();
    withSql(file, "CREATE TABLE songs (title TEXT)");
    const before = readFileSync(file);
    expect(() => openStore(file, clock, "me")).toThrow(coded("files.readFailed"));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("of a later version is refused and left alone", () => {
    const file = newFile();
    withSql(file, "CREATE TABLE later (a); PRAGMA user_version = 99");
    const before = readFileSync(file);
    expect(() => openStore(file, clock, "me")).toThrow(coded("store.newerSchema", { found: 99 }));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("in a directory that is not there gives a typed error", () => {
    expect(() => openStore(path.join(directory, "nowhere", "x.db"), clock, "me")).toThrow();
  });

  it("is not rewritten by being opened", () => {
    const file = newFile();
    withStore(file, () => {});
    const before = readFileSync(file);
    withStore(file, ({ models }) => models.list());
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("keeps what it holds when it comes from the first version, and gains the later guards", () => {
    const file = newFile();
    withStore(file, ({ models, audit }) => {
      models.insert(model);
      audit.append("model.import", "a", { b: 1, a: 2 });
    });
    const counted = ["models", "jobs", "reports", "bundles", "audit"].flatMap((table) => ["insert", "update", "delete"].map((event) => `DROP TRIGGER ${table}_${event}_counts;`)).join(" ");
    const newColumns = `DROP INDEX jobs_by_sequence; ${["sequence_id", "sequence_at", "take"].map((column) => `ALTER TABLE jobs DROP COLUMN ${column};`).join(" ")}`;
    withSql(file, `${counted} DROP TABLE settings; DROP TABLE engines; DROP TABLE votes; DROP TABLE changes; DROP TABLE plan_checks; DROP TABLE sites; ${newColumns} DROP TRIGGER audit_is_append_only_insert; DROP TRIGGER audit_head_stays; DROP TRIGGER audit_head_is_one; DROP TRIGGER audit_head_goes_on; PRAGMA user_version = 1`);
    withStore(file, ({ models, audit }) => {
      expect(models.list()).toEqual([model]);
      audit.append("model.import", "b", {});
      expect(audit.verify().entries).toBe(2);
    });
    expect(() => withSql(file, "DELETE FROM audit_head")).toThrow(/append-only/);
  });

  it("syncs every commit, checks references and writes ahead", () => {
    const database = openDatabase(newFile());
    expect(["journal_mode", "synchronous", "foreign_keys"].map((name) => database.pragma(name, { simple: true }))).toEqual(["wal", 2, 1]);
    database.close();
  });

  it("can be opened for the first time by many at once", async () => {
    const file = newFile();
    const script = `
      import { openStore } from ${JSON.stringify(fileURLToPath(new URL("../../main/store/open-store.ts", import.meta.url)))};
      openStore(${JSON.stringify(file)}, { now: () => Date.now(), ticks: () => 0 }, "child").close();`;
    const ends = Array.from({ length: 6 }, () => new Promise((resolve) => spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" }).on("exit", resolve)));
    expect(await Promise.all(ends)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("what could not be read again", () => {
  it("is refused on its way in, so that one bad figure does not spoil every listing", () => {
    withStore(newFile(), ({ models, jobs }) => {
      expect(() => models.insert({ ...model, bytes: Number.NaN })).toThrow(coded("internal.unexpected"));
      jobs.insert({ id: "job-1", kind: "quantize", request: {} });
      jobs.start("job-1", 1);
      expect(() => jobs.progress("job-1", { step: "s", done: Number.NaN, total: 1, unit: "runs", ratePerSecond: null, secondsLeft: null })).toThrow(coded("internal.unexpected"));
      expect(models.list()).toEqual([]);
      expect(jobs.list()).toHaveLength(1);
    });
  });
});

describe("the audit", () => {
  it("verifies after any honest entry, whatever text and figures it holds", () => {
    const file = newFile();
    withStore(file, ({ audit }) => {
      const text = fc.string({ unit: "binary" });
      fc.assert(
        fc.property(text, text, fc.dictionary(fc.oneof(text, fc.constant("__proto__")), fc.jsonValue({ noUnicodeString: false }), { noNullPrototype: true }), (action, subject, details) => {
          audit.append(action, `${subject}\ud800`, { ...details, nan: Number.NaN, tiny: 5e-324, minusZero: -0, absent: undefined });
        }),
        { numRuns: 150 },
      );
      audit.append("x", "y", JSON.parse('{"__proto__":{"a":1},"2":0,"10":0,"1e3":1e21}') as Record<string, unknown>);
      expect(audit.verify().entries).toBe(151);
      expect(audit.list(1000)).toHaveLength(151);
    });
    withStore(file, ({ audit }) => expect(audit.verify().entries).toBe(151));
  });

  const filled = (): string => {
    const file = newFile();
    withStore(file, ({ audit }) => {
      for (let i = 0; i < 4; i++) audit.append("model.import", `digest-${i}`, { z: i });
    });
    return file;
  };

  it.each([
    ["a row replaced", "INSERT OR REPLACE INTO audit SELECT id, at, 'you', action, subject, details, previous_hash, hash FROM audit WHERE id = 4"],
    ["the head removed", "DELETE FROM audit_head"],
    ["the head set back", "UPDATE audit_head SET entries = 2"],
    ["the head replaced", "INSERT OR REPLACE INTO audit_head VALUES (1, 2, 'x')"],
  ])("refuses %s through SQL", (_, sql) => {
    const file = filled();
    expect(() => withSql(file, sql)).toThrow(/append-only/);
    withStore(file, ({ audit }) => expect(audit.verify().entries).toBe(4));
  });

  it.each([
    ["a key that JSON readers disagree about", `UPDATE audit SET details = '{"z":9,"z":2}' WHERE id = 3`, 3],
    ["a key that schemas drop", `UPDATE audit SET details = '{"z":2,"__proto__":1}' WHERE id = 3`, 3],
    ["an actor", "UPDATE audit SET actor = 'you' WHERE id = 1", 1],
    ["a time", "UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE id = 4", 4],
    ["a tail cut off with the head set back", "DELETE FROM audit WHERE id > 2; UPDATE audit_head SET entries = 2", 3],
  ])("without its guards, shows %s", (_, sql, entry) => {
    const file = filled();
    withSql(file, `DROP TRIGGER audit_is_append_only_update; DROP TRIGGER audit_is_append_only_delete; DROP TRIGGER audit_head_goes_on; ${sql}`);
    withStore(file, ({ audit }) => expect(() => audit.verify()).toThrow(coded("audit.broken", { entry })));
  });

  it("does not write over entries when its head was taken away", () => {
    const file = filled();
    withSql(file, "DROP TRIGGER audit_head_stays; DELETE FROM audit_head");
    withStore(file, ({ audit }) => {
      expect(() => audit.append("x", "y", {})).toThrow(coded("audit.broken", { entry: 1 }));
      expect(() => audit.verify()).toThrow(coded("audit.broken"));
    });
  });
});

describe("a reference that many share", () => {
  it("names some of them and counts the rest", () => {
    withStore(newFile(), ({ jobs }) => {
      for (let i = 0; i < 30; i++) jobs.insert({ id: `job-${String(i).padStart(3, "0")}`, kind: "quantize", request: {} });
      expect(() => jobs.resolve("job-")).toThrow(coded("store.ambiguous", { matches: expect.stringMatching(/^(job-\d+, ){9}job-\d+ and 20 more$/) }));
    });
  });
});

describe("a job whose process was found dead", () => {
  it("is marked by one watcher only, and not when it has ended or lives again meanwhile", () => {
    withStore(newFile(), ({ jobs }) => {
      const error = { code: "job.crashed", details: {} } as const;
      jobs.insert({ id: "job-1", kind: "quantize", request: {} });
      const seen = jobs.start("job-1", 111);
      expect(jobs.interruptAsSeen(seen, error).state).toBe("interrupted");
      expect(jobs.interruptAsSeen(seen, error).state).toBe("interrupted");
      jobs.requeue("job-1");
      jobs.assign("job-1", 222);
      expect(jobs.start("job-1", 222).pid).toBe(222);
      expect(jobs.interruptAsSeen(seen, error)).toMatchObject({ state: "running", pid: 222 });
      jobs.finish("job-1", { ok: true });
      expect(jobs.stopAsSeen(seen)).toMatchObject({ state: "done", result: { ok: true } });
    });
  });
});
