import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { currentStep } from "../../main/jobs/current-step.ts";
import { removeJob } from "../../main/jobs/remove-job.ts";
import { resumeJob } from "../../main/jobs/resume-job.ts";
import { startJob } from "../../main/jobs/start-job.ts";
import { startSequence } from "../../main/jobs/start-sequence.ts";
import { stopJob } from "../../main/jobs/stop-job.ts";
import { watchJob } from "../../main/jobs/watch-job.ts";
import { openStore } from "../../main/store/open-store.ts";
import type { Job, SequenceStep } from "../../shared/schemas/job.ts";

const home = mkdtempSync(path.join(os.tmpdir(), "sallyport-sequences-"));
const clock = { now: () => Date.now(), ticks: () => performance.now() };
const store = openStore(path.join(home, "sallyport.db"), clock, "tests");
const entry = fileURLToPath(new URL("./worker-of-tests.ts", import.meta.url));
const step = (does: string, take: SequenceStep["take"] = {}): SequenceStep => ({ kind: "quantize", request: { does }, take });
const startAll = (...steps: SequenceStep[]): Job[] => startSequence({ store, clock, entry, home, steps });
const stop = (id: string, as: "cancelled" | "paused"): Promise<Job> => stopJob({ store, clock, id, as, graceMs: 5000 });
const again = (job: Job): Job => resumeJob({ store, clock, entry, home, id: currentStep(store, job).id });
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
const counting = (job: Job): boolean => (job.progress?.done ?? 0) >= 3;
const states = (jobs: readonly Job[]): string[] => jobs.map(({ id }) => store.jobs.resolve(id).state);

describe("a sequence", () => {
  it("runs its steps one after the other, and a step takes what an earlier one made", async () => {
    const jobs = startAll(step("quick"), step("quick", { from: { step: 0, result: "count" } }), step("quick"));
    expect(jobs.map(({ state, sequence }) => [state, sequence?.at, sequence?.of])).toEqual([["queued", 1, 3], ["waiting", 2, 3], ["waiting", 3, 3]]);
    expect(await watch(jobs[2]?.id ?? "")).toMatchObject({ state: "done" });
    expect(states(jobs)).toEqual(["done", "done", "done"]);
    expect(store.jobs.resolve(jobs[1]?.id ?? "").request).toEqual({ does: "quick", from: 20 });
    const [first, second, third] = jobs.map(({ id }) => store.jobs.resolve(id));
    expect((first?.endedAt ?? "") <= (second?.startedAt ?? "") && (second?.endedAt ?? "") <= (third?.startedAt ?? "")).toBe(true);
  });

  it("goes on when the process that started it is killed", async () => {
    const starter = spawn(process.execPath, ["--input-type=module", "-e", `
      import { startSequence } from ${JSON.stringify(new URL("../../main/jobs/start-sequence.ts", import.meta.url).href)};
      import { openStore } from ${JSON.stringify(new URL("../../main/store/open-store.ts", import.meta.url).href)};
      const clock = { now: () => Date.now(), ticks: () => performance.now() };
      const store = openStore(${JSON.stringify(path.join(home, "sallyport.db"))}, clock, "starter");
      const step = { kind: "quantize", request: { does: "slow" }, take: {} };
      console.log(JSON.stringify(startSequence({ store, clock, entry: ${JSON.stringify(entry)}, home: ${JSON.stringify(home)}, steps: [step, { ...step, request: { does: "quick" } }] })));
      setInterval(() => {}, 1000);
    `]);
    const jobs = JSON.parse(String(await new Promise((resolve) => starter.stdout.once("data", resolve)))) as Job[];
    await watch(jobs[0]?.id ?? "", counting);
    starter.kill("SIGKILL");
    expect(await watch(jobs[1]?.id ?? "")).toMatchObject({ state: "done" });
  });

  it("stops with the step that fails; a watcher of a later one is told and not kept waiting", async () => {
    const jobs = startAll(step("fail"), step("quick"));
    expect(await watch(jobs[1]?.id ?? "")).toMatchObject({ state: "waiting" });
    expect(states(jobs)).toEqual(["failed", "waiting"]);
  });

  it("is paused and resumed as one, named by any of its steps", async () => {
    const jobs = startAll(step("slow"), step("quick"));
    const last = jobs[1] as Job;
    await watch(jobs[0]?.id ?? "", counting);
    expect(await stop(currentStep(store, last).id, "paused")).toMatchObject({ id: jobs[0]?.id, state: "paused", error: null });
    expect(states(jobs)).toEqual(["paused", "waiting"]);
    again(store.jobs.resolve(last.id));
    expect(await watch(last.id)).toMatchObject({ state: "done" });
    expect((store.jobs.resolve(jobs[0]?.id ?? "").result as { resumedAt: number }).resumedAt).toBeGreaterThan(0);
  });

  it("that asks a result for what it does not hold fails there, and says of which step", async () => {
    const jobs = startAll(step("quick"), step("quick", { model: { step: 0, result: "model.id" } }));
    const last = await watch(jobs[1]?.id ?? "");
    expect(last).toMatchObject({ state: "failed", error: { code: "usage.invalid" } });
    expect(String(last.error?.details["reason"])).toContain("model.id of step 1");
  });
});

describe("a job that has stopped", () => {
  it("is paused without a failure, and paused it outlives a new start of everything", async () => {
    const { id } = startJob({ store, clock, entry, home, kind: "quantize", request: { does: "slow" } });
    await watch(id, counting);
    expect(await stop(id, "paused")).toMatchObject({ state: "paused", error: null });
    const later = openStore(path.join(home, "sallyport.db"), clock, "later");
    expect(later.jobs.resolve(id).state).toBe("paused");
    later.close();
    again(store.jobs.resolve(id));
    expect(await watch(id)).toMatchObject({ state: "done" });
  });

  it("that was to be paused and then cancelled is cancelled", async () => {
    const { id } = startJob({ store, clock, entry, home, kind: "quantize", request: { does: "slow" } });
    await watch(id, counting);
    store.jobs.requestStop(id, "paused");
    expect(await stop(id, "cancelled")).toMatchObject({ state: "cancelled" });
  });

  it("is removed with its log, its leftovers and the steps that waited for it; one at work is not", async () => {
    const jobs = startAll(step("slow"), step("quick"));
    const [first] = jobs as [Job, Job];
    await watch(first.id, counting);
    const leftover = path.join(home, "packages", `${first.id}.partial`);
    mkdirSync(leftover, { recursive: true });
    const remove = (job: Job): void => removeJob({ store, home, job, leftovers: [leftover] });
    expect(() => remove(store.jobs.resolve(first.id))).toThrow(/job.notRemovable/);
    await stop(first.id, "cancelled");
    remove(store.jobs.resolve(first.id));
    expect([existsSync(leftover), existsSync(path.join(home, "jobs", first.id)), jobs.some(({ id }) => store.jobs.find(id) !== undefined)]).toEqual([false, false, false]);
  });

  it("and is a step that later ones may need stays until they are done", async () => {
    const jobs = startAll(step("quick"), step("slow"));
    await watch(jobs[1]?.id ?? "", counting);
    expect(() => removeJob({ store, home, job: store.jobs.resolve(jobs[0]?.id ?? ""), leftovers: [] })).toThrow(/job.notRemovable/);
    await watch(jobs[1]?.id ?? "");
    removeJob({ store, home, job: store.jobs.resolve(jobs[0]?.id ?? ""), leftovers: [] });
    expect(store.jobs.find(jobs[0]?.id ?? "")).toBeUndefined();
  });
});
