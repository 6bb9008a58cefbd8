import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openStore } from "../../main/store/open-store.ts";
import type { Model } from "../../shared/schemas/model.ts";

const directory = mkdtempSync(path.join(os.tmpdir(), "sallyport-store-"));
const clock = { now: () => Date.now(), ticks: () => performance.now() };
let stores = 0;
const newFile = () => path.join(directory, `${stores++}.db`);
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

const model = (changes: Partial<Model>): Model => ({
  id: "pkg-aaaaaaaaaaaa", kind: "package", name: "one", family: "deepseek_v3", digest: "a".repeat(64), directory: "/m", owned: true, bytes: 1, totalParameters: 1, activeParameters: 1, recipe: "int4",
  parentId: null, createdAt: "2026-01-01T00:00:00.000Z", ...changes,
});

describe("a model", () => {
  it("is found by id, name, or the beginning of its id or digest, if that is nobody else's", () => {
    const { models, close } = openStore(newFile(), clock, "me");
    models.insert(model({}));
    models.insert(model({ id: "pkg-aaaabbbbbbbb", digest: `aaaa${"b".repeat(60)}`, name: "two" }));
    expect(models.resolve("pkg-aaaaaaaaaaaa").name).toBe("one");
    expect(models.resolve("two").id).toBe("pkg-aaaabbbbbbbb");
    expect(models.resolve("aaaab").name).toBe("two");
    expect(() => models.resolve("pkg-aaaa")).toThrow(expect.objectContaining({ code: "store.ambiguous" }));
    expect(() => models.resolve("pkg")).toThrow(expect.objectContaining({ code: "store.notFound" }));
    close();
  });

  it("inserted again keeps when it first came", () => {
    const { models, close } = openStore(newFile(), clock, "me");
    models.insert(model({}));
    models.insert(model({ createdAt: "2027-01-01T00:00:00.000Z", name: "renamed" }));
    expect(models.list()).toMatchObject([{ name: "renamed", createdAt: "2026-01-01T00:00:00.000Z" }]);
    close();
  });
});

describe("a job", () => {
  it("moves only along its arrows", () => {
    const { jobs, close } = openStore(newFile(), clock, "me");
    jobs.insert({ id: "job-1", kind: "quantize", request: {} });
    expect(() => jobs.finish("job-1", {})).toThrow();
    jobs.start("job-1", 1);
    expect(() => jobs.start("job-1", 2)).toThrow();
    jobs.fail("job-1", { code: "internal.unexpected", details: {} });
    expect(() => jobs.stop("job-1")).toThrow();
    expect(jobs.requeue("job-1")).toMatchObject({ state: "queued", error: null, pid: null });
    jobs.start("job-1", 3);
    jobs.finish("job-1", { ok: true });
    expect(() => jobs.requeue("job-1")).toThrow(expect.objectContaining({ code: "job.notResumable" }));
    close();
  });
});

describe("the audit", () => {
  const filled = (): string => {
    const file = newFile();
    const { audit, close } = openStore(file, clock, "me");
    for (let i = 0; i < 5; i++) audit.append("model.import", `digest-${i}`, { z: i, a: { nested: [1, "two"] } });
    close();
    return file;
  };
  const verify = (file: string) => {
    const { audit, close } = openStore(file, clock, "me");
    try {
      return audit.verify();
    } finally {
      close();
    }
  };

  it("holds when nobody touched it", () => {
    expect(verify(filled())).toMatchObject({ entries: 5, intact: true });
  });

  it("refuses to be changed or shortened through SQL", () => {
    const database = new Database(filled());
    expect(() => database.exec("UPDATE audit SET actor = 'you'")).toThrow(/append-only/);
    expect(() => database.exec("DELETE FROM audit")).toThrow(/append-only/);
    database.close();
  });

  it.each([
    ["an edited entry", "UPDATE audit SET subject = 'other' WHERE id = 3", 3],
    ["an edited detail", `UPDATE audit SET details = '{"z":9}' WHERE id = 2`, 2],
    ["a removed entry", "DELETE FROM audit WHERE id = 2", 2],
    ["a tail cut off", "DELETE FROM audit WHERE id > 3", 4],
    ["two entries exchanged", "UPDATE audit SET id = 100 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 100", 2],
    ["a hash that was recomputed without the ones behind it", "UPDATE audit SET hash = 'f00' WHERE id = 4", 4],
  ])("names the first entry behind %s", (_, sql, entry) => {
    const file = filled();
    const database = new Database(file);
    database.exec("DROP TRIGGER audit_is_append_only_update; DROP TRIGGER audit_is_append_only_delete");
    database.exec(sql);
    database.close();
    expect(() => verify(file)).toThrow(expect.objectContaining({ code: "audit.broken", details: expect.objectContaining({ entry }) }));
  });

  it("comes in windows, by part of a text, and by what it is about", () => {
    const { audit, close } = openStore(newFile(), clock, "Me@Here");
    for (let i = 1; i <= 7; i++) audit.append(i % 2 === 0 ? "bench.speed" : "quantize", `digest-${i}`, { parent: `digest-${i - 1}`, count: i, part: ["digest-1"] });
    const ids = (...query: Parameters<typeof audit.list>): number[] => audit.list(...query).map(({ id }) => id);
    expect(ids(3)).toEqual([5, 6, 7]);
    expect(ids(3, { before: 5 })).toEqual([2, 3, 4]);
    expect(ids(3, { before: 1 })).toEqual([]);
    expect(ids(9, { matching: "BENCH" })).toEqual([2, 4, 6]);
    expect(ids(2, { matching: "me@here" })).toEqual([6, 7]);
    // A pattern of SQL is a text like any other.
    expect(ids(9, { matching: "%" })).toEqual([]);
    // As the subject, or as a detail; a part of one, a number and what lies deeper are not meant.
    expect(ids(9, { about: ["digest-3"] })).toEqual([3, 4]);
    expect(ids(9, { about: ["digest-1", "digest-7"] })).toEqual([1, 2, 7]);
    expect(ids(9, { about: ["digest", "4"] })).toEqual([]);
    expect(ids(9, { about: [] })).toEqual([]);
    expect(ids(9, { about: ["digest-3"], before: 4, matching: "quantize" })).toEqual([3]);
    close();
  });

  it("stays one chain when several processes write at once", async () => {
    const file = newFile();
    openStore(file, clock, "me").close();
    const script = `
      import { openStore } from ${JSON.stringify(fileURLToPath(new URL("../../main/store/open-store.ts", import.meta.url)))};
      const store = openStore(${JSON.stringify(file)}, { now: () => Date.now(), ticks: () => performance.now() }, "child");
      for (let i = 0; i < 40; i++) store.audit.append("bench.speed", String(i), {});
      store.close();`;
    const { spawn } = await import("node:child_process");
    const ends = Array.from({ length: 3 }, () => new Promise((resolve) => spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" }).on("exit", resolve)));
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    expect(verify(file).entries).toBe(120);
  });
});

describe("the file", () => {
  it("of a later version is refused", () => {
    const file = newFile();
    const database = new Database(file);
    database.pragma("user_version = 99");
    database.close();
    expect(() => openStore(file, clock, "me")).toThrow(expect.objectContaining({ code: "store.newerSchema" }));
  });

  it("that is no database is refused", () => {
    const file = newFile();
    writeFileSync(file, "this is not a database, and long enough to be looked at as one ".repeat(20));
    expect(() => openStore(file, clock, "me")).toThrow(expect.objectContaining({ code: "files.readFailed" }));
  });

  it("is readable by the sqlite3 shell where there is one", ({ skip }) => {
    const file = newFile();
    openStore(file, clock, "me").close();
    try {
      expect(execFileSync("sqlite3", [file, "PRAGMA integrity_check"], { encoding: "utf8" }).trim()).toBe("ok");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") skip("no sqlite3 on this machine");
      throw error;
    }
  });
});
