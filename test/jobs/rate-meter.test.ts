import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RateMeter } from "../../main/jobs/rate-meter.ts";

const steps = fc.array(fc.record({ waitMs: fc.integer({ min: 1, max: 900 }), work: fc.integer({ min: 0, max: 1e9 }) }), { minLength: 2, maxLength: 60 });

describe("the rate of any run", () => {
  it("lies between the slowest and the fastest stretch, and is finite", () => {
    fc.assert(
      fc.property(steps, (run) => {
        const meter = new RateMeter();
        let ms = 1000;
        let done = 0;
        meter.measure(ms, done);
        const rates: number[] = [];
        for (const { waitMs, work } of run) {
          rates.push((work / waitMs) * 1000);
          const rate = meter.measure((ms += waitMs), (done += work));
          expect(rate).not.toBeNull();
          expect(rate).toBeGreaterThanOrEqual(Math.min(...rates) * (1 - 1e-9));
          expect(rate).toBeLessThanOrEqual(Math.max(...rates) * (1 + 1e-9));
        }
      }),
    );
  });

  it("is exact for work at one speed, wherever it starts: what a resume finds done already is not counted as done now", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 1e6 }), fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 50 }), (resumedAt, perMs, waits) => {
        const meter = new RateMeter();
        let ms = 0;
        meter.measure(0, resumedAt);
        for (const wait of waits) expect(meter.measure((ms += wait), resumedAt + ms * perMs)).toBeCloseTo(perMs * 1000, 3);
      }),
    );
  });

  it("forgets what lies more than a few seconds back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1000 }), (burst, perMs) => {
        const meter = new RateMeter();
        meter.measure(0, 0);
        meter.measure(100, burst);
        let rate: number | null = null;
        for (let ms = 200; ms <= 12_000; ms += 100) rate = meter.measure(ms, burst + (ms - 100) * perMs);
        expect(rate).toBeCloseTo(perMs * 1000, 3);
      }),
    );
  });

  it("starts anew when the count goes back, and never runs backwards", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 2, maxLength: 60 }), (counts) => {
        const meter = new RateMeter();
        counts.forEach((count, i) => {
          expect(meter.measure(i * 50, count) ?? 0).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });
});
