import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { stopJob } from "../../main/jobs/stop-job.ts";
import { isJobAlive } from "../../main/jobs/is-job-alive.ts";
import { logTail } from "../../main/jobs/log-tail.ts";
import { reapInterrupted } from "../../main/jobs/reap-interrupted.ts";
import { resumeJob } from "../../main/jobs/resume-job.ts";
import { startJob } from "../../main/jobs/start-job.ts";
import { watchJob } from "../../main/jobs/watch-job.ts";
import { createId } from "../../main/store/create-id.ts";
import { openStore } from "../../main/store/open-store.ts";
import type { Job } from "../../shared/schemas/job.ts";

const home = mkdtempSync(path.join(os.tmpdir(), "sallyport-endings-"));
const clock = { now: () => Date.now(), ticks: () => performance.now() };
const store = openStore(path.join(home, "sallyport.db"), clock, "tests");
const entry = fileURLToPath(new URL("./ending-worker.ts", import.meta.url));
const start = (does: string) => startJob({ store, clock, entry, home, kind: "quantize", request: { does } });
afterAll(() => {
  store.close();
  rmSync(home, { recursive: true, force: true });
});

async function watch(id: string, until: (job: Job) => boolean = () => false): Promise<Job> {
  let last: Job | undefined;
  for await (const job of watchJob({ store, clock, home, id, signal: AbortSignal.timeout(30_000), intervalMs: 20 })) {
    last = job;
    if (until(job)) break;
  }
  return last as Job;
}
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return true;
  }
};
/** A job that runs, as far as the store knows, under a process of our choosing. */
function claimedBy(pid: number): Job {
  const { id } = store.jobs.insert({ id: createId("job", clock), kind: "quantize", request: {} });
  return store.jobs.start(id, pid);
}

describe("how a job's process ended", () => {
  it("is told with exit code and last plain log lines, at most 4 KiB of them", async () => {
    const { error } = await watch(start("exit loudly").id);
    expect(error).toMatchObject({ code: "job.crashed", details: { exitCode: 3, signal: null } });
    const log = error?.details["log"] as string;
    expect(log.trimEnd().endsWith("the last words")).toBe(true);
    expect(log.startsWith("filler line\n")).toBe(true);
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(4096);
  });

  it("is told with its signal when it was killed", async () => {
    const { id } = start("count");
    const { pid } = await watch(id, (job) => job.progress !== null);
    process.kill(pid as number, "SIGKILL");
    expect(await watch(id)).toMatchObject({ state: "interrupted", error: { details: { exitCode: null, signal: "SIGKILL" } } });
  });

  it.each(["throw elsewhere", "reject elsewhere"])("is written down by itself when errors come where nobody waits: %s", async (does) => {
    expect(await watch(start(does).id)).toMatchObject({ state: "failed", error: { code: "internal.unexpected", details: { reason: "Error: nobody waited for this" } } });
  });

  it("is a failure with a reason when it could not even be started", () => {
    const blocked = path.join(home, "blocked");
    mkdirSync(blocked);
    writeFileSync(path.join(blocked, "jobs"), "a file where a directory should be");
    expect(() => startJob({ store, clock, entry, home: blocked, kind: "quantize", request: {} })).toThrow(expect.objectContaining({ code: "files.readFailed" }));
    expect(store.jobs.list()[0]).toMatchObject({ state: "failed", error: { code: "files.readFailed" } });
  });
});

describe("cancelling", () => {
  it("reaches a job by the store alone, if whoever asked never came to send a signal", async () => {
    const { id } = start("count");
    await watch(id, (job) => job.progress !== null);
    store.jobs.requestStop(id, "cancelled");
    expect((await watch(id)).state).toBe("cancelled");
  });

  it("a job at once after starting it leaves it cancelled, and it can be resumed", async () => {
    const { id } = start("count");
    expect((await stopJob({ store, clock, id, as: "cancelled", graceMs: 10_000 })).state).toBe("cancelled");
    resumeJob({ store, clock, entry, home, id });
    expect((await watch(id, (job) => job.progress !== null)).state).toBe("running");
    expect((await stopJob({ store, clock, id, as: "cancelled", graceMs: 10_000 })).state).toBe("cancelled");
  });

  it("from two sides at once ends the same for both", async () => {
    const { id } = start("count");
    await watch(id, (job) => job.progress !== null);
    const both = await Promise.all([stopJob({ store, clock, id, as: "cancelled", graceMs: 10_000 }), stopJob({ store, clock, id, as: "cancelled", graceMs: 10_000 })]);
    expect(both.map((job) => job.state)).toEqual(["cancelled", "cancelled"]);
  });

  it("takes a dead process's job without killing whoever has its number now", async () => {
    const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    try {
      await sleep(100);
      const { id } = claimedBy(stranger.pid as number);
      expect((await stopJob({ store, clock, id, as: "cancelled", graceMs: 0 })).state).toBe("cancelled");
      await sleep(100);
      expect(stranger.signalCode).toBeNull();
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  it.skipIf(process.platform === "win32")("by force takes along what the job had started", async () => {
    const { id } = start("leave a child");
    await watch(id, (job) => (job.progress?.done ?? 0) > 1);
    const child = Number(readFileSync(path.join(home, "jobs", id, "work", "child"), "utf8"));
    expect(isGone(child)).toBe(false);
    store.jobs.progress(id, { step: "hold", done: 0, total: 1, unit: "runs", ratePerSecond: null, secondsLeft: null });
    expect((await stopJob({ store, clock, id, as: "cancelled", graceMs: 300 })).state).toBe("cancelled");
    await expect.poll(() => isGone(child), { timeout: 5000 }).toBe(true);
  });
});

describe("a process number", () => {
  it.skipIf(process.platform !== "linux")("that another program has now, ours or not, is not the job's", () => {
    expect(isJobAlive(claimedBy(process.ppid), clock.now())).toBe(false);
    // Process 1 is everywhere, and not ours unless we are root.
    expect(isJobAlive(claimedBy(1), clock.now())).toBe(false);
    expect(reapInterrupted({ store, clock, home }).length).toBeGreaterThanOrEqual(2);
  });

  it("is known from the start: a job killed before it said a word is found out at once, not after a grace", async () => {
    const job = start("count");
    expect(job.pid).not.toBeNull();
    process.kill(job.pid as number, "SIGKILL");
    const began = clock.ticks();
    expect((await watch(job.id)).state).toBe("interrupted");
    expect(clock.ticks() - began).toBeLessThan(5000);
  });
});

describe("watching", () => {
  it("from several sides gives the same end to each", async () => {
    const { id } = start("count");
    const { pid } = await watch(id, (job) => job.progress !== null);
    const watchers = Array.from({ length: 4 }, () => watch(id));
    process.kill(pid as number, "SIGKILL");
    expect((await Promise.all(watchers)).map((job) => job.state)).toEqual(["interrupted", "interrupted", "interrupted", "interrupted"]);
  });

  it("stops when told to and leaves the job alone", async () => {
    const { id } = start("count");
    const controller = new AbortController();
    for await (const job of watchJob({ store, clock, home, id, signal: controller.signal, intervalMs: 20 })) if (job.progress !== null) controller.abort();
    expect(store.jobs.find(id)?.state).toBe("running");
    await stopJob({ store, clock, id, as: "cancelled", graceMs: 5000 });
  });
});

describe("the last lines of a log", () => {
  it("are plain text of at most 4 KiB, whatever bytes it holds", () => {
    const file = path.join(home, "hostile.log");
    writeFileSync(file, Buffer.alloc(20_000, 0xff));
    expect(Buffer.byteLength(logTail(file))).toBeLessThanOrEqual(4096);
    writeFileSync(file, "\u001b]0;title\u0007\u001b[2Jred\u0000\u009b31m\ttext\n");
    expect(logTail(file)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(logTail(file)).toContain("\ttext\n");
    expect(logTail(path.join(home, "no such log"))).toBe("");
  });
});
