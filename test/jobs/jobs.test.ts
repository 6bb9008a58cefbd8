import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { stopJob } from "../../main/jobs/stop-job.ts";
import { RateMeter } from "../../main/jobs/rate-meter.ts";
import { resumeJob } from "../../main/jobs/resume-job.ts";
import { startJob } from "../../main/jobs/start-job.ts";
import { watchJob } from "../../main/jobs/watch-job.ts";
import { openStore } from "../../main/store/open-store.ts";
import type { Job } from "../../shared/schemas/job.ts";

const home = mkdtempSync(path.join(os.tmpdir(), "sallyport-jobs-"));
const clock = { now: () => Date.now(), ticks: () => performance.now() };
const store = openStore(path.join(home, "sallyport.db"), clock, "tests");
const entry = fileURLToPath(new URL("./worker-of-tests.ts", import.meta.url));
const start = (does: string) => startJob({ store, clock, entry, home, kind: "quantize", request: { does } });
afterAll(() => {
  store.close();
  rmSync(home, { recursive: true, force: true });
});

async function watch(id: string, until: (job: Job) => boolean = () => false): Promise<Job[]> {
  const seen: Job[] = [];
  for await (const job of watchJob({ store, clock, home, id, signal: AbortSignal.timeout(30_000), intervalMs: 20 })) {
    seen.push(job);
    if (until(job)) break;
  }
  return seen;
}
const counting = (job: Job) => (job.progress?.done ?? 0) >= 3;

describe("a job in a process of its own", () => {
  it("reports progress, ends with its result and leaves no work behind", async () => {
    const { id } = start("quick");
    const seen = await watch(id);
    expect(seen.at(-1)).toMatchObject({ state: "done", result: { count: 20, resumedAt: 0 } });
    expect(existsSync(path.join(home, "jobs", id, "work"))).toBe(false);
  });

  it("that fails says why", async () => {
    const seen = await watch(start("fail").id);
    expect(seen.at(-1)).toMatchObject({ state: "failed", error: { code: "internal.unexpected", details: { reason: "Error: the work went wrong" } } });
  });

  it("that dies without a word is found out, with its last log lines", async () => {
    const seen = await watch(start("crash").id);
    expect(seen.at(-1)).toMatchObject({ state: "interrupted", error: { code: "job.crashed" } });
  });

  it("is cancelled in order, and can be taken up again where it stood", async () => {
    const { id } = start("slow");
    await watch(id, counting);
    expect(await stopJob({ store, clock, id, as: "cancelled", graceMs: 5000 })).toMatchObject({ state: "cancelled" });
    resumeJob({ store, clock, entry, home, id });
    const last = (await watch(id)).at(-1) as Job;
    expect(last).toMatchObject({ state: "done", result: { count: 20 } });
    expect((last.result as { resumedAt: number }).resumedAt).toBeGreaterThan(0);
  });

  it("that will not listen is killed", async () => {
    const { id } = start("ignore SIGTERM");
    await watch(id, (job) => job.state === "running");
    expect(await stopJob({ store, clock, id, as: "cancelled", graceMs: 300 })).toMatchObject({ state: "cancelled" });
  });

  it("killed with -9 is interrupted, and can be taken up again", async () => {
    const { id } = start("slow");
    const running = (await watch(id, counting)).at(-1) as Job;
    process.kill(running.pid as number, "SIGKILL");
    expect((await watch(id)).at(-1)).toMatchObject({ state: "interrupted" });
    expect(() => store.jobs.finish(id, {})).toThrow();
    resumeJob({ store, clock, entry, home, id });
    expect((await watch(id)).at(-1)).toMatchObject({ state: "done" });
  });

  it("cannot be resumed while it runs, nor cancelled when it is done", async () => {
    const { id } = start("slow");
    await watch(id, counting);
    expect(() => resumeJob({ store, clock, entry, home, id })).toThrow(expect.objectContaining({ code: "job.alreadyRunning" }));
    await watch(id);
    await expect(stopJob({ store, clock, id, as: "cancelled", graceMs: 100 })).rejects.toMatchObject({ code: "job.notCancellable" });
  });

  it("goes on when nobody watches", async () => {
    const { id } = start("quick");
    await sleep(50);
    expect((await watch(id)).at(-1)?.state).toBe("done");
  });
});

describe("the rate", () => {
  it("is that of the last seconds, not of all time", () => {
    const meter = new RateMeter();
    for (let ms = 0; ms <= 10_000; ms += 100) meter.measure(ms, ms * 10);
    expect(meter.measure(10_100, 101_000)).toBeCloseTo(10_000, 0);
    let rate: number | null = null;
    for (let ms = 10_200; ms <= 20_000; ms += 100) rate = meter.measure(ms, 101_000 + (ms - 10_100));
    expect(rate).toBeCloseTo(1000, 0);
  });

  it("is unknown at first", () => {
    expect(new RateMeter().measure(5, 100)).toBeNull();
  });
});
