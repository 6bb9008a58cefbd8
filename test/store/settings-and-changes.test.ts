import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openStore, type Store } from "../../main/store/open-store.ts";
import { CHANGE_KINDS, type ChangeKind } from "../../shared/schemas/change.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../shared/schemas/settings.ts";

const directory = mkdtempSync(path.join(os.tmpdir(), "sallyport-settings-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
const clock = { now: () => Date.now(), ticks: () => performance.now() };
let stores = 0;
const newFile = () => path.join(directory, `${stores++}.db`);

/** Which counters another process's store saw move. */
function changedBy(file: string, act: (store: Store) => void): ChangeKind[] {
  const watcher = openStore(file, clock, "watcher");
  const before = watcher.changes.read();
  const other = openStore(file, clock, "other");
  act(other);
  other.close();
  const after = watcher.changes.read();
  watcher.close();
  return CHANGE_KINDS.filter((kind) => before.get(kind) !== after.get(kind));
}

describe("changes", () => {
  it("are counted by kind, whoever makes them", () => {
    const file = newFile();
    expect(changedBy(file, () => {})).toEqual([]);
    expect(changedBy(file, ({ jobs }) => jobs.insert({ id: "job-1", kind: "quantize", request: {} }))).toEqual(["jobs"]);
    expect(changedBy(file, ({ jobs }) => jobs.start("job-1", 1))).toEqual(["jobs"]);
    expect(changedBy(file, ({ audit }) => audit.append("model.import", "a", {}))).toEqual(["audit"]);
    expect(changedBy(file, ({ settings }) => settings.write({ ...DEFAULT_SETTINGS, threads: 3 }))).toEqual(["settings"]);
    expect(changedBy(file, ({ bundles }) => bundles.insert({ id: "bundle-1", digest: "sha256:1", path: "/b", modelId: "m", modelDigest: "d", name: "b", bytes: 1, createdAt: "2026-01-01T00:00:00.000Z" }))).toEqual(["bundles"]);
  });

  it("of the records of plans are counted as well", () => {
    const file = newFile();
    const compared = { predicted: 2, measured: 2 };
    const check = { id: "check-1", createdAt: "2026-01-01T00:00:00.000Z", engine: "onnx", machine: "m", model: "m", digest: "d", precision: "int4", promptTokens: 1, generateTokens: 1, decodeTokensPerSecond: compared, prefillTokensPerSecond: compared, peakResidentBytes: null } as const;
    expect(changedBy(file, ({ planChecks }) => planChecks.insert(check))).toEqual(["plan_checks"]);
    expect(changedBy(file, ({ planChecks }) => void planChecks.clear())).toEqual(["plan_checks"]);
  });

  it("are none when a choice is made again", () => {
    const file = newFile();
    changedBy(file, ({ settings }) => settings.write({ ...DEFAULT_SETTINGS, theme: "dark" }));
    expect(changedBy(file, ({ settings }) => settings.write({ ...DEFAULT_SETTINGS, theme: "dark" }))).toEqual([]);
  });
});

describe("settings", () => {
  it("are kept, and are the usual ones until chosen", () => {
    const file = newFile();
    const chosen: Settings = { language: "ar", theme: "light", threads: 2 };
    const first = openStore(file, clock, "me");
    expect(first.settings.read()).toEqual(DEFAULT_SETTINGS);
    first.settings.write(chosen);
    first.close();
    const second = openStore(file, clock, "me");
    expect(second.settings.read()).toEqual(chosen);
    second.close();
  });

  it("that a later version wrote, or a hand spoilt, are as if not chosen", () => {
    const file = newFile();
    openStore(file, clock, "me").close();
    const database = new Database(file);
    database.exec(`INSERT INTO settings VALUES ('theme', '"sepia"'), ('threads', 'seven'), ('language', '"ar"'), ('wallpaper', '1'), ('__proto__', '{"a":1}')`);
    database.close();
    const store = openStore(file, clock, "me");
    expect(store.settings.read()).toEqual({ ...DEFAULT_SETTINGS, language: "ar" });
    store.close();
  });
});
