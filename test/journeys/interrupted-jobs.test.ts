import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRouterClient } from "@orpc/server";
import { afterAll, describe, expect, it } from "vitest";
import { router } from "../../main/api/router.ts";
import { composeWorkbench } from "../../main/hosts/compose.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import type { Job } from "../../shared/schemas/job.ts";
import { writeLargeCheckpoint } from "./large-checkpoint.ts";

/**
 * kill -9 of the job's process group (workers and engine die with it, as in a power cut) at random moments, then resume: the same digests as ever, and at no
 * moment a half-made thing under a final name. The contract is called as the command line calls it.
 */
const ROUNDS = 10;
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-kill-"));
const workbench = await composeWorkbench(path.join(root, "home"));
const client = createRouterClient(router, { context: { workbench } });
const source = path.join(root, "large");
writeLargeCheckpoint(source);
afterAll(async () => {
  await workbench.close();
  rmSync(root, { recursive: true, force: true });
});

/** Kills the job `delayMs` after it began to work, resumes it, and waits for its end. */
async function killAndResume({ id }: Job, delayMs: number, unfinished: () => void): Promise<{ result: Record<string, unknown>; met: boolean }> {
  const state = (): Job => workbench.store.jobs.resolve(id);
  while (state().state === "queued") await sleep(2);
  await sleep(delayMs);
  const job = state();
  let met = false;
  if (job.state === "running" && job.pid !== null) {
    process.kill(-job.pid, "SIGKILL");
    await sleep(20);
    // It may have met the job after its last word: then it is done, and that is that.
    met = state().state === "running";
  }
  if (met) {
    unfinished();
    await resumeWhenGone(id);
  }
  for await (const now of await client.job.watch({ id })) {
    if (now.state === "done") return { result: now.result as Record<string, unknown>, met };
    if (now.state !== "running" && now.state !== "queued") throw new Error(JSON.stringify(now));
  }
  throw new Error("the job never ended");
}

/** A killed process with much memory takes a moment to be gone; until then it counts as running. */
async function resumeWhenGone(id: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await client.job.resume({ id });
      return;
    } catch (error) {
      if (attempt === 100 || !String((error as Error).message).includes("alreadyRunning")) throw error;
      await sleep(50);
    }
  }
}

const delays = (most: number): number[] => Array.from({ length: ROUNDS }, () => Math.floor(Math.random() * most));
const digestIn = (result: unknown): string => /"digest":"(?:sha256:)?([0-9a-f]{64})"/.exec(JSON.stringify(result))?.[1] ?? "none";
const idIn = (result: unknown, prefix: string): string => new RegExp(`"id":"(${prefix}-[0-9a-f]{12})"`).exec(JSON.stringify(result))?.[1] ?? "none";
const finalNames = (directory: string): string[] => (existsSync(directory) ? readdirSync(directory).filter((name) => !name.endsWith(".partial")) : []);

describe("kill -9 at random moments, ten times each,", () => {
  let checkpoint = "";
  let packageId = "";

  it("of an import: every resume reaches the same digest", async () => {
    const digests = new Set<string>();
    let met = 0;
    const checkpoints = workbench.home.checkpoints;
    for (const delay of delays(700)) {
      const before = finalNames(checkpoints);
      const done = await killAndResume(await client.model.import({ directory: source, name: "large", mode: "copy" }), delay, () => {
        for (const name of finalNames(checkpoints)) if (!before.includes(name)) expect(existsSync(path.join(checkpoints, name, "config.json"))).toBe(true);
      });
      if (done.met) met++;
      digests.add(digestIn(done.result));
      checkpoint = idIn(done.result, "ckpt");
    }
    console.log(`import: ${met} of ${ROUNDS} kills met the job at work`);
    expect(met).toBeGreaterThan(0);
    expect([...digests]).toHaveLength(1);
    expect(finalNames(checkpoints)).toHaveLength(1);
  });

  it("of quantizing: every resume reaches the same digest", async () => {
    const digests = new Set<string>();
    let met = 0;
    for (const delay of delays(2500)) {
      const request = { model: checkpoint, recipe: findPreset("f32"), name: "killed" };
      const done = await killAndResume(await client.quantize.start(request), delay, () => {
        for (const name of finalNames(workbench.home.packages)) expect(existsSync(path.join(workbench.home.packages, name, "model.json"))).toBe(true);
      });
      if (done.met) met++;
      digests.add(digestIn(done.result));
      packageId = idIn(done.result, "pkg");
    }
    console.log(`quantize: ${met} of ${ROUNDS} kills met the job at work`);
    expect(met).toBeGreaterThan(0);
    expect([...digests]).toHaveLength(1);
  });

  it("of making a bundle: every resume reaches the same digest", async () => {
    const digests = new Set<string>();
    let met = 0;
    mkdirSync(path.join(root, "bundles"));
    for (const [round, delay] of delays(700).entries()) {
      const out = path.join(root, "bundles", String(round));
      const done = await killAndResume(await client.bundle.create({ model: packageId, out }), delay, () => expect(existsSync(out) && !existsSync(path.join(out, "index.json"))).toBe(false));
      if (done.met) met++;
      digests.add(digestIn(done.result));
      expect(existsSync(`${out}.partial`)).toBe(false);
      if (round > 0) rmSync(out, { recursive: true });
    }
    console.log(`bundle: ${met} of ${ROUNDS} kills met the job at work`);
    expect(met).toBeGreaterThan(0);
    expect([...digests]).toHaveLength(1);
  });

  it("leaves the audit chain whole, and the bundle good", async () => {
    expect(await client.audit.verify()).toMatchObject({ intact: true });
    const job = await client.bundle.verify({ bundle: path.join(root, "bundles", "0") });
    for await (const now of await client.job.watch({ id: job.id })) if (now.endedAt !== null) expect(now.state).toBe("done");
  });
}, 600_000);
