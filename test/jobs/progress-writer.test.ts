import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgressWriter } from "../../main/jobs/progress-writer.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import type { JobProgress } from "../../shared/schemas/job.ts";

const clock = { now: () => Date.now(), ticks: () => Date.now() };
const report = (step: string, done: number, total = 100) => ({ step, done, total, unit: "bytes" as const });
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recorder() {
  const written: (JobProgress & { readonly ms: number })[] = [];
  return { written, ...createProgressWriter(clock, (progress) => void written.push({ ...progress, ms: Date.now() })) };
}

describe("progress", () => {
  it("is written at most five times a second, however often it is reported and however its steps alternate", () => {
    const { written, onProgress } = recorder();
    for (let i = 0; i < 4000; i++) {
      onProgress(report(i % 2 === 0 ? "read" : "write", 100));
      vi.advanceTimersByTime(1);
    }
    expect(written.length).toBeGreaterThan(15);
    expect(written.length).toBeLessThanOrEqual(21);
    written.slice(1).forEach((now, i) => {
      expect(now.ms - (written[i] as { ms: number }).ms).toBeGreaterThanOrEqual(200);
    });
  });

  it("shows the newest even when nothing is reported after it", () => {
    const { written, onProgress } = recorder();
    onProgress(report("hash", 1));
    onProgress(report("hash", 100));
    expect(written.map(({ done }) => done)).toEqual([1]);
    vi.advanceTimersByTime(250);
    expect(written.map(({ done }) => done)).toEqual([1, 100]);
  });

  it("is written to its last before the end, once", () => {
    const { written, onProgress, flush } = recorder();
    onProgress(report("hash", 1));
    onProgress(report("hash", 2));
    flush();
    flush();
    vi.advanceTimersByTime(1000);
    expect(written.map(({ done }) => done)).toEqual([1, 2]);
  });

  it("carries rate and time left of its own step", () => {
    const { written, onProgress } = recorder();
    onProgress(report("hash", 0));
    vi.advanceTimersByTime(1000);
    onProgress(report("hash", 25));
    expect(written.at(-1)).toMatchObject({ ratePerSecond: 25, secondsLeft: 3 });
    vi.advanceTimersByTime(1000);
    onProgress(report("pack", 50));
    expect(written.at(-1)).toMatchObject({ step: "pack", ratePerSecond: null, secondsLeft: null });
    vi.advanceTimersByTime(500);
    onProgress(report("pack", 110));
    expect(written.at(-1)).toMatchObject({ ratePerSecond: 120, secondsLeft: 0 });
  });

  it("does not stop the work when the store is busy, and does when the report itself is wrong", () => {
    const busy = createProgressWriter(clock, () => {
      throw new WorkbenchError("store.locked", { file: "x" });
    });
    expect(() => busy.onProgress(report("hash", 1))).not.toThrow();
    const wrong = createProgressWriter(clock, () => {
      throw new WorkbenchError("internal.unexpected", { reason: "x" });
    });
    expect(() => wrong.onProgress(report("hash", 1))).toThrow();
  });
});
