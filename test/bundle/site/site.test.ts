import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkVersion, readInstalledVersion, verifyVersion } from "../../../main/bundle/site/installed-version.ts";
import { currentPackage, nextSequence, readSite } from "../../../main/bundle/site/read-site.ts";
import { lockSite } from "../../../main/bundle/site/site-lock.ts";
import { noteSiteUse, siteUses } from "../../../main/bundle/site/site-uses.ts";
import { changeVersion, pruneSite } from "../../../main/pipeline/change-version.ts";
import { createTestJobContext } from "../../pipeline/test-job-context.ts";
import { contentsOf, files, fresh, install, makeBundle } from "../bundle-fixture.ts";
import { clock, installVersion, processes } from "./site-fixture.ts";

const first = await makeBundle();
const second = await makeBundle({ "tokenizer.json": '{"second":true}' });
const context = { files, clock, processes };
const traffic = { files, signal: new AbortController().signal, onBytes: () => {} };
const by = { by: "somebody@here", program: "tests" };

const job = createTestJobContext();
const go = (site: string, to: "before" | "after" | string, verify = false) => changeVersion(job, { site, to, verify, ...by });

async function siteOfTwo(): Promise<{ readonly site: string; readonly one: string; readonly two: string }> {
  const site = fresh();
  return { site, one: await installVersion(first.whole, site), two: await installVersion(second.whole, site) };
}

describe("a site", () => {
  it("has each version whole, and one of them current, for programs and for people", async () => {
    const { site, one, two } = await siteOfTwo();
    expect([one, two]).toEqual([`0001-${first.digest.slice(7, 19)}`, `0002-${second.digest.slice(7, 19)}`]);
    const plain = fresh();
    await install(second.whole, plain);
    expect(contentsOf(path.join(site, "versions", two))).toEqual(contentsOf(plain));
    expect(await currentPackage(files, site)).toBe(path.join(site, "versions", two));
    expect(readlinkSync(path.join(site, "current"))).toBe(`versions/${two}`);
    expect(await readSite(context, site)).toMatchObject({ current: { version: two, from: one }, versions: [{ name: one, isCurrent: false }, { name: two, isCurrent: true, installed: { action: "install", bundle: second.digest } }], history: [{ version: one }, { version: two }], running: [] });
  });

  it("shares what two versions have alike, hashed again, and copies what is no longer what it was", async () => {
    const site = fresh();
    const one = path.join(site, "versions", await installVersion(first.whole, site));
    writeFileSync(path.join(one, "weights-00001.bin"), "v".repeat(100_000));
    const two = path.join(site, "versions", await installVersion(second.whole, site));
    const inode = (directory: string, name: string): number => statSync(path.join(directory, name)).ino;
    expect(inode(two, "graph.onnx")).toBe(inode(one, "graph.onnx"));
    expect(inode(two, "tokenizer.json")).not.toBe(inode(one, "tokenizer.json"));
    expect(inode(two, "weights-00001.bin")).not.toBe(inode(one, "weights-00001.bin"));
    await verifyVersion(traffic, await readInstalledVersion(files, two));
  });

  it("goes back, forward, and to a version by name", async () => {
    const { site, one, two } = await siteOfTwo();
    expect(await go(site, "before")).toMatchObject({ version: one, before: two, modelDigest: first.model.digest });
    await expect(go(site, "before")).rejects.toMatchObject({ code: "site.versionNotFound", details: { version: "before" } });
    expect(await go(site, "after", true)).toMatchObject({ version: two, before: one });
    await expect(go(site, "after")).rejects.toMatchObject({ code: "site.versionNotFound" });
    expect(await go(site, one)).toMatchObject({ version: one });
    await expect(go(site, "0009-000000000000")).rejects.toMatchObject({ code: "site.versionNotFound" });
    expect((await readSite(context, site)).history.map((record) => record.action)).toEqual(["install", "install", "rollback", "rollforward", "rollback"]);
    expect(readlinkSync(path.join(site, "current"))).toBe(`versions/${one}`);
  });

  it("installs what it has by going to it", async () => {
    const { site, one } = await siteOfTwo();
    expect(await installVersion(first.whole, site)).toBe(one);
    expect(readdirSync(path.join(site, "versions"))).toHaveLength(2);
  });

  it.each([
    ["a file gone", "graph.onnx", null, false], ["a file cut short", "graph.onnx", "g", false], ["another model.json", "model.json", "keep", false], ["no manifest", "bundle/manifest.json", null, false], ["a manifest that is none", "bundle/manifest.json", "{}", false],
    ["a byte changed, when every byte is looked at", "weights-00001.bin", "keep", true],
  ])("does not go to a damaged version: %s", async (_, name, content, verify) => {
    const { site, one, two } = await siteOfTwo();
    const file = path.join(site, "versions", one, name);
    const before = readFileSync(file, "latin1");
    await files.remove(file);
    if (content !== null) writeFileSync(file, content === "keep" ? before.replace(/.$/s, " ") : content);
    await expect(go(site, "before", verify)).rejects.toMatchObject({ code: "site.versionDamaged" });
    expect((await readSite(context, site)).current?.version).toBe(two);
  });

  it("does not follow a manifest out of its version", async () => {
    const { site, one } = await siteOfTwo();
    const file = path.join(site, "versions", one, "bundle/manifest.json");
    const text = readFileSync(file, "utf8").replace('"graph.onnx"', '"../../x"');
    await files.remove(file);
    writeFileSync(file, text);
    await expect(go(site, "before")).rejects.toMatchObject({ code: "bundle.pathEscapes" });
  });

  it("says what is wrong with a current.json that was changed, and a line of history that is torn hides no other", async () => {
    const { site, one } = await siteOfTwo();
    writeFileSync(path.join(site, "history.jsonl"), `${readFileSync(path.join(site, "history.jsonl"), "utf8")}{"formatVersion":1,"ver`);
    await go(site, "before");
    expect((await readSite(context, site)).history.map((record) => record.action)).toEqual(["install", "install", "rollback"]);
    writeFileSync(path.join(site, "current.json"), `{"formatVersion":1,"version":"../${one}"}`);
    await expect(readSite(context, site)).rejects.toMatchObject({ code: "site.invalid" });
  });

  it("loses the oldest versions first, never the current one or one that runs, and gives no number twice", async () => {
    const { site, one, two } = await siteOfTwo();
    const takeBack = await noteSiteUse(context, path.join(site, "versions", one), "serve");
    expect(await pruneSite(context, { site, keep: 1 })).toEqual({ removed: [], kept: [one, two], inUse: [one] });
    await takeBack();
    await go(site, "before");
    expect(await pruneSite(context, { site, keep: 1 })).toEqual({ removed: [two], kept: [one], inUse: [] });
    expect(existsSync(path.join(site, "versions", two))).toBe(false);
    expect(await nextSequence(files, site)).toBe(3);
    expect((await readSite(context, site)).current?.version).toBe(one);
  });

  it("leaves a folder called current alone", async () => {
    const site = fresh();
    mkdirSync(path.join(site, "current"), { recursive: true });
    await installVersion(first.whole, site);
    expect(lstatSync(path.join(site, "current")).isDirectory()).toBe(true);
    expect(await currentPackage(files, site)).toContain("0001-");
  });
});

describe("notes of who runs from a site", () => {
  it("count while their process lives, and a site that cannot be written to is run all the same", async () => {
    const { site, one } = await siteOfTwo();
    const directory = path.join(site, "versions", one);
    const takeBack = await noteSiteUse(context, directory, "serve");
    expect(await siteUses(context, site)).toEqual([{ version: one, pid: process.pid, host: os.hostname(), what: "serve", state: "alive" }]);
    const [name = ""] = readdirSync(path.join(site, "running"));
    const note = JSON.parse(readFileSync(path.join(site, "running", name), "utf8"));
    writeFileSync(path.join(site, "running", "old.json"), JSON.stringify({ ...note, started: "another boot:1" }));
    writeFileSync(path.join(site, "running", "far.json"), JSON.stringify({ ...note, host: "elsewhere.example" }));
    writeFileSync(path.join(site, "running", "odd.json"), "{");
    expect((await siteUses(context, site)).map(({ state }) => state).sort()).toEqual(process.platform === "linux" ? ["alive", "elsewhere"] : ["alive", "alive", "elsewhere"]);
    await takeBack();
    expect((await siteUses(context, site)).filter(({ state }) => state === "alive")).toHaveLength(process.platform === "linux" ? 0 : 1);
    const noWrites = { ...files, makeDirectory: () => Promise.reject(new Error("read-only")) };
    await (await noteSiteUse({ files: noWrites, processes }, directory, "run"))();
  });
});

describe("the lock", () => {
  const lockFile = (site: string): string => path.join(site, "lock");
  const newSite = (): string => {
    const site = fresh();
    mkdirSync(site);
    return site;
  };

  it("is held by one, and free after", async () => {
    const site = newSite();
    const lock = await lockSite(context, site);
    await expect(lockSite(context, site)).rejects.toMatchObject({ code: "site.locked", details: { pid: process.pid, host: os.hostname() } });
    await lock.confirm();
    await lock.release();
    await (await lockSite(context, site)).release();
    expect(readdirSync(site)).toEqual([]);
  });

  it("of a process that is gone is taken over, also when its number is used again; of another machine it is not", async () => {
    const site = newSite();
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(lockFile(site), JSON.stringify({ pid, host: os.hostname(), started: null, nonce: "a" }));
    await (await lockSite(context, site)).release();
    if (process.platform === "linux") {
      writeFileSync(lockFile(site), JSON.stringify({ ...processes.self(), started: "another boot:7", nonce: "a" }));
      await (await lockSite(context, site)).release();
    }
    writeFileSync(lockFile(site), JSON.stringify({ pid, host: "elsewhere.example", started: null, nonce: "a" }));
    await expect(lockSite(context, site)).rejects.toMatchObject({ code: "site.locked", details: { host: "elsewhere.example" } });
  });

  it.skipIf(process.platform !== "linux")("of a process that was killed and is not reaped yet is taken over", async () => {
    const site = newSite();
    const child = spawn("sh", ["-c", "sleep 0 & exec sleep 5"], { stdio: "ignore" });
    try {
      const zombie = await new Promise<number>((resolve) => {
        const look = (): void => {
          const found = spawnSync("ps", ["-o", "pid=,stat=", "--ppid", String(child.pid)], { encoding: "utf8" }).stdout.match(/(\d+)\s+Z/)?.[1];
          if (found === undefined) setTimeout(look, 20);
          else resolve(Number(found));
        };
        look();
      });
      writeFileSync(lockFile(site), JSON.stringify({ pid: zombie, host: os.hostname(), started: null, nonce: "a" }));
      await (await lockSite(context, site)).release();
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("that nothing was written into is waited for, and given up when it is old", async () => {
    const site = newSite();
    writeFileSync(lockFile(site), "");
    await expect(lockSite(context, site)).rejects.toMatchObject({ code: "site.locked" });
    utimesSync(lockFile(site), 0, 0);
    await (await lockSite(context, site)).release();
  });

  it("that somebody took away keeps its holder from switching", async () => {
    const site = fresh();
    await installVersion(first.whole, site);
    const steal = { ...files, createNew: async (file: string, content: Uint8Array) => {
      const made = await files.createNew(file, content);
      writeFileSync(lockFile(site), JSON.stringify({ ...processes.self(), nonce: "thief" }));
      return made;
    } };
    await expect(installVersion(second.whole, site, steal)).rejects.toMatchObject({ code: "site.locked" });
    expect(await currentPackage(files, site)).toContain("0001-");
    expect(readFileSync(lockFile(site), "utf8")).toContain("thief");
  });

  it("a link in its place is not written through", async () => {
    const site = newSite();
    const target = fresh();
    symlinkSync(target, lockFile(site));
    await expect(lockSite(context, site)).rejects.toThrow();
    expect(existsSync(target)).toBe(false);
  });
});

class Killed extends Error {}

describe("killed at any operation", () => {
  it("of an installation, the site has the version before or the new one, whole; the next command settles the rest", async () => {
    const counted = { operations: 0 };
    const countingDisk = (limit: number) => new Proxy(files, {
      get: (target, name) => {
        const method = target[name as keyof typeof files] as (...given: unknown[]) => Promise<unknown>;
        return async (...given: unknown[]) => {
          if (++counted.operations > limit) throw new Killed();
          return method(...given);
        };
      },
    });
    const whole = fresh();
    await installVersion(first.whole, whole);
    counted.operations = 0;
    await installVersion(second.whole, whole, countingDisk(Number.POSITIVE_INFINITY));
    const total = counted.operations;
    let before = 0;
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: total - 1 }), async (n) => {
      const site = fresh();
      await installVersion(first.whole, site);
      counted.operations = 0;
      await installVersion(second.whole, site, countingDisk(n)).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
      const running = await currentPackage(files, site);
      await checkVersion(files, await readInstalledVersion(files, running));
      if (running.includes("0001-")) before++;
      // Its process is gone by then.
      await files.remove(path.join(site, "lock"));
      const two = await installVersion(second.whole, site);
      const settled = await readSite(context, site);
      expect(settled.current?.version).toBe(two);
      expect(settled.history.filter((record) => "version" in record && record.version === two && record.from !== two)).toHaveLength(1);
      expect(readlinkSync(path.join(site, "current"))).toBe(`versions/${two}`);
      await verifyVersion(traffic, await readInstalledVersion(files, path.join(site, "versions", two)));
    }), { numRuns: 25 });
    expect(before).toBeGreaterThan(0);
  });
});
