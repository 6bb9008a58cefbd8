import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createRouterClient } from "@orpc/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { router } from "../../main/api/router.ts";
import { readInstalledVersion, verifyVersion } from "../../main/bundle/site/installed-version.ts";
import { currentPackage } from "../../main/bundle/site/read-site.ts";
import { composeWorkbench } from "../../main/hosts/compose.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import type { Job } from "../../shared/schemas/job.ts";

/** A site from its first bundle on: installing, going back and forward, under the conditions that sites have. Two packages of the sample stand for two versions of a model. */
const repository = fileURLToPath(new URL("../../", import.meta.url));
const program = path.join(repository, "main/hosts/cli/sallyport.ts");
const sample = path.join(repository, "resources/sample/checkpoint");
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-site-"));
const workbench = await composeWorkbench(path.join(root, "home"));
const client = createRouterClient(router, { context: { workbench } });
const files = createNodeFiles();
const bundles = ["one", "two"].map((name) => path.join(root, "medium", name));
const [one = "", two = ""] = bundles;
afterAll(async () => {
  await workbench.close();
  rmSync(root, { recursive: true, force: true });
});

async function ended({ id }: Job): Promise<Job> {
  for await (const job of await client.job.watch({ id })) if (job.endedAt !== null) return job;
  throw new Error("the job never ended");
}

async function done(started: Promise<Job>): Promise<Record<string, unknown>> {
  const job = await ended(await started);
  expect(job).toMatchObject({ state: "done", error: null });
  return job.result as Record<string, unknown>;
}

beforeAll(async () => {
  mkdirSync(path.join(root, "medium"));
  await done(client.model.import({ directory: sample, name: "sample", mode: "copy" }));
  for (const [index, recipe] of ["int4", "mixed"].entries()) {
    await done(client.quantize.start({ model: "sample", recipe: findPreset(recipe), name: recipe }));
    await done(client.bundle.create({ model: recipe, out: bundles[index] as string }));
  }
});

describe("a site", () => {
  it("is planned, installed, proven, gone back on, and run by its folder", async () => {
    const site = path.join(root, "site");
    const plan = await client.bundle.installPlan({ bundle: one, site });
    expect(plan).toMatchObject({ now: null, isPresent: false, name: "int4", files: { linked: 0 }, compile: null });
    expect(plan.freeBytes).toBeGreaterThan(plan.copiedBytes);
    expect(existsSync(site)).toBe(false);
    const first = await done(client.bundle.install({ bundle: one, site, parity: true }));
    expect(first).toMatchObject({ site: { version: plan.next, before: null, wrote: expect.stringMatching(/./) }, report: { body: { kind: "parity", passed: true } } });
    expect(await client.bundle.installPlan({ bundle: two, site })).toMatchObject({ now: plan.next, files: { linked: expect.any(Number) } });
    const second = await done(client.bundle.install({ bundle: two, site, parity: true }));
    expect(second).toMatchObject({ site: { before: plan.next } });
    expect((await client.bundle.sites()).map(({ directory, versions }) => [directory, versions.length])).toEqual([[site, 2]]);
    expect(await done(client.bundle.rollback({ site, to: "before", verify: true }))).toMatchObject({ version: plan.next, modelDigest: first["modelDigest"] });
    const texts: string[] = [];
    for await (const event of await client.run.generate({ model: site, prompt: "The", maxTokens: 3, sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 }, stop: [] })) {
      if (event.kind === "loaded") expect((await client.bundle.versions({ site })).running).toMatchObject([{ version: plan.next, pid: process.pid, state: "alive" }]);
      if (event.kind === "text") texts.push(event.text);
    }
    expect(texts.join("")).not.toBe("");
    expect(await client.bundle.versions({ site })).toMatchObject({ current: { version: plan.next, action: "rollback" }, history: [{ action: "install", parity: "held", smoke: "ran" }, { action: "install" }, { action: "rollback" }] });
    await workbench.engines.close();
    expect((await client.bundle.versions({ site })).running).toEqual([]);
    expect(await client.audit.verify()).toMatchObject({ intact: true });
  });

  it("keeps its version when the new bundle is not what was told, and writes the attempt down", async () => {
    const site = path.join(root, "site");
    const before = (await client.bundle.versions({ site })).current?.version;
    const job = await ended(await client.bundle.install({ bundle: two, site, expectedDigest: `sha256:${"0".repeat(64)}`, parity: true }));
    expect(job).toMatchObject({ state: "failed", error: { code: "bundle.digestMismatch" } });
    const { current, history } = await client.bundle.versions({ site });
    expect(current?.version).toBe(before);
    expect(history.at(-1)).toMatchObject({ refused: "bundle.digestMismatch" });
  });

  it("is named after its model, in the home, when nothing is said", async () => {
    expect(await done(client.bundle.install({ bundle: one, parity: false }))).toMatchObject({ site: { directory: path.join(workbench.home.sites, "int4") }, report: null });
    expect(await client.bundle.versions({ site: "int4" })).toMatchObject({ current: { parity: "notRun", smoke: "ran" } });
    expect(await client.bundle.prune({ site: "int4", keep: 1 })).toMatchObject({ removed: [] });
  });
});

describe("kill -9 at twenty random moments of installing, going back and going forward", () => {
  it("leaves one whole version running each time, and the next attempt comes to its end", async () => {
    const site = path.join(root, "killed");
    await done(client.bundle.install({ bundle: one, site, parity: false }));
    let met = 0;
    for (let round = 0; round < 20; round++) {
      // A new version, going back, going forward, and the old bundle again, in turn; a version that is there would only be switched to.
      const versions = readdirSync(path.join(site, "versions")).filter((name) => /^\d+-[0-9a-f]{12}$/.test(name));
      const current = path.basename(await currentPackage(files, site));
      const job = round % 4 === 3 && versions.length > 1
        ? await client.bundle.rollback({ site, to: versions.find((name) => name !== current) as string, verify: true })
        : await client.bundle.install({ bundle: round % 2 === 0 ? two : one, site, parity: true });
      if (round % 4 === 2) for (const name of versions) if (name !== current) rmSync(path.join(site, "versions", name), { recursive: true });
      const state = (): Job => workbench.store.jobs.resolve(job.id);
      while (state().state === "queued") await sleep(2);
      await sleep(Math.random() * (job.kind === "bundle.install" ? 1300 : 60));
      const { pid, state: now } = state();
      if (now === "running" && pid !== null) {
        process.kill(-pid, "SIGKILL");
        await sleep(20);
        if (state().state === "running") met++;
      }
      const running = await currentPackage(files, site);
      await verifyVersion({ files, signal: new AbortController().signal, onBytes: () => {} }, await readInstalledVersion(files, running));
      expect(readlinkSync(path.join(site, "current"))).toMatch(/^versions\/\d+-[0-9a-f]{12}$/);
    }
    console.log(`site: ${met} of 20 kills met the job at work`);
    expect(met).toBeGreaterThan(5);
    const last = await done(client.bundle.install({ bundle: two, site, parity: true }));
    expect(last).toMatchObject({ report: { body: { passed: true } } });
    const { current, versions } = await client.bundle.versions({ site });
    expect(readlinkSync(path.join(site, "current"))).toBe(`versions/${current?.version}`);
    expect(readdirSync(path.join(site, "versions")).sort()).toEqual(versions.map(({ name }) => name).sort());
  });
});

/** Another user, who has nothing but a home of its own, where there is no network. */
const stranger = { uid: 65534, gid: 65534, home: path.join(root, "stranger") };
const asStranger = (...command: string[]) => spawnSync("unshare", ["--net", "setpriv", `--reuid=${stranger.uid}`, `--regid=${stranger.gid}`, "--clear-groups", ...command], {
  encoding: "utf8", cwd: "/", env: { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, HOME: stranger.home },
});

describe("another user without a network, in another home", () => {
  it("installs, holds parity, takes a second version, goes back and forward", ({ skip }) => {
    if (asStranger(process.execPath, program, "--version").status !== 0) skip("only root can become another user here, and that user must be able to read this checkout");
    for (const directory of [root, path.join(root, "medium")]) chmodSync(directory, 0o755);
    mkdirSync(stranger.home);
    chownSync(stranger.home, stranger.uid, stranger.gid);
    const run = (...words: string[]): Record<string, unknown> => {
      const { status, stdout, stderr } = asStranger(process.execPath, program, ...words, "--json");
      expect(status, stdout + stderr).toBe(0);
      return JSON.parse(stdout.trimEnd().split("\n").at(-1) as string);
    };
    const site = path.join(stranger.home, "deep", "site");
    expect(run("bundle", "install", one, "--site", site)).toMatchObject({ report: { body: { kind: "parity", passed: true } } });
    expect(run("bundle", "install", two, "--site", site)).toMatchObject({ report: { body: { kind: "parity", passed: true } } });
    expect(run("bundle", "rollback", "--site", site)).toMatchObject({ switch: { version: expect.stringMatching(/^0001-/) } });
    expect(run("parity", "check", site)).toMatchObject({ report: { body: { passed: true } } });
    expect(run("bundle", "rollforward", "--site", site, "--verify")).toMatchObject({ switch: { version: expect.stringMatching(/^0002-/) } });
    expect(run("bundle", "versions", "--site", site)).toMatchObject({ site: { history: [{ by: expect.stringMatching(/^(nobody|uid-65534)@/) }, {}, {}, {}] } });
    const scripted = path.join(stranger.home, "scripted");
    expect(asStranger("sh", path.join(one, "install.sh"), "--site", scripted)).toMatchObject({ status: 0, stderr: expect.stringMatching(/^(NOT SIGNED: .*\n)?$/) });
    expect(run("parity", "check", scripted)).toMatchObject({ report: { body: { passed: true } } });
  });
});

describe("a proxy that the surroundings name", () => {
  it("is asked by nothing: not by the server, not by a job, not by an engine", async () => {
    let connections = 0;
    const proxy = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as { port: number };
    const url = `http://127.0.0.1:${port}`;
    const proxied = Object.fromEntries(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "npm_config_proxy", "GLOBAL_AGENT_HTTP_PROXY"].map((name) => [name, url]));
    // What makes Node itself heed them.
    const env = { ...process.env, ...proxied, NODE_USE_ENV_PROXY: "1", SALLYPORT_HOME: path.join(root, "proxied") };
    let server: ChildProcess | null = null;
    try {
      const run = (...words: string[]): Promise<number | null> => new Promise((resolve) => spawn(process.execPath, [program, ...words], { env, stdio: "ignore" }).on("close", resolve));
      const site = path.join(root, "proxied-site");
      expect(await run("bundle", "install", one, "--site", site)).toBe(0);
      const serving = spawn(process.execPath, [program, "serve", "--api", "--port", "0", "--model", site, "--no-token", "--json"], { env, stdio: ["ignore", "pipe", "inherit"] });
      server = serving;
      const line = await new Promise<string>((resolve) => serving.stdout.setEncoding("utf8").once("data", resolve));
      const { listening } = JSON.parse(line) as { listening: { url: string; models: string[] } };
      const answer = await fetch(`${listening.url}/v1/completions`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ model: listening.models[0], prompt: "The", max_tokens: 2 }) });
      expect(answer.status).toBe(200);
      serving.kill("SIGTERM");
      await new Promise((resolve) => serving.on("close", resolve));
      expect(connections).toBe(0);
      // The proxy would have been seen.
      await fetch(url).catch(() => undefined);
      expect(connections).toBe(1);
    } finally {
      server?.kill();
      proxy.close();
    }
  });
});
