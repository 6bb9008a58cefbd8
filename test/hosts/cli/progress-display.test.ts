import { describe, expect, test } from "vitest";
import { createProgressDisplay, progressLine } from "../../../main/hosts/cli/progress-display.ts";
import type { JobProgress } from "../../../shared/schemas/job.ts";

const progress = (overrides: Partial<JobProgress> = {}): JobProgress => ({ step: "quantize", done: 4_200_000_000, total: 10_000_000_000, unit: "bytes", ratePerSecond: 350_000_000, secondsLeft: 17, ...overrides });

function recorder(isTerminal: boolean, columns = 80) {
  const written: string[] = [];
  let ticks = 0;
  const display = createProgressDisplay({ isTerminal, columns, write: (text) => void written.push(text) }, { now: () => 0, ticks: () => ticks });
  return { written, display, wait: (ms: number) => void (ticks += ms) };
}

describe("a line of progress", () => {
  test("tells step, share, amounts, rate and time left", () => {
    expect(progressLine(progress())).toBe("quantize   42 %  4.2 GB of 10.0 GB  350.0 MB/s  17 s left");
  });
  test("leaves out what is not known yet", () => {
    expect(progressLine(progress({ unit: "files", done: 3, total: 0, ratePerSecond: null, secondsLeft: null }))).toBe("quantize  3 files");
  });
  test("never exceeds 100 %", () => {
    expect(progressLine(progress({ done: 11, total: 10 }))).toContain("100 %");
  });
});

describe("progress where there is no terminal", () => {
  test("is plain lines, one every two seconds and one for every new step", () => {
    const { written, display, wait } = recorder(false);
    for (let done = 0; done < 50; done += 1) {
      display.update(progress({ done: done * 1e8 }));
      wait(100);
    }
    display.update(progress({ step: "parity", done: 0 }));
    display.end();
    expect(written.map((line) => line.split(" ")[0])).toEqual(["quantize", "quantize", "quantize", "parity"]);
    for (const line of written) expect(line).toMatch(/^[^\r\u001B\n]+\n$/);
  });
});

describe("progress on a terminal", () => {
  test("rewrites one line, shorter than the terminal, and clears it at the end", () => {
    const { written, display } = recorder(true, 20);
    display.update(progress());
    display.update(progress({ done: 5_000_000_000 }));
    display.end();
    expect(written).toHaveLength(3);
    for (const text of written) expect(text).toMatch(/^\r\u001B\[K[^\n]{0,19}$/);
    expect(written[2]).toBe("\r\u001B[K");
  });
});
