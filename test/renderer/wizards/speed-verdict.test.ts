import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareIntervals } from "../../../renderer/wizards/benchmark/compare-intervals.ts";
import { speedInterval } from "../../../renderer/wizards/benchmark/speed-interval.ts";
import type { Distribution } from "../../../shared/schemas/report.ts";

/** A seeded normal sample by Box and Muller: nothing of it comes from the code that is tried. */
function sample(random: () => number, n: number, mean: number, deviation: number): number[] {
  return Array.from({ length: n }, () => mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function distribution(values: readonly number[]): Distribution {
  const middleOf = (sorted: readonly number[]): number => ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
  const median = middleOf(values.toSorted((a, b) => a - b));
  return { n: values.length, median, medianAbsoluteDeviation: middleOf(values.map((value) => Math.abs(value - median)).toSorted((a, b) => a - b)), minimum: Math.min(...values), maximum: Math.max(...values) };
}

const exactly = (value: number, n = 5): Distribution => ({ n, median: value, medianAbsoluteDeviation: 0, minimum: value, maximum: value });

describe("the interval of a contestant", () => {
  it.each([3, 5, 10, 20])("holds the true median at least 95 times in 100, with %i runs in each of two rounds", (runs) => {
    const random = seeded(runs);
    let held = 0;
    const trials = 2000;
    for (let trial = 0; trial < trials; trial++) {
      const interval = speedInterval([distribution(sample(random, runs, 100, 5)), distribution(sample(random, runs, 100, 5))]);
      if (interval !== null && interval.low <= 100 && interval.high >= 100) held++;
    }
    expect(held / trials).toBeGreaterThan(0.95);
  });

  it("widens by a drift between the rounds instead of averaging it away", () => {
    expect(speedInterval([exactly(100), exactly(110)])).toMatchObject({ low: 100, high: 110, middle: 105, runs: 10, rounds: 2 });
  });

  it("is refused where a round has fewer than three runs, and where there is no round", () => {
    expect(speedInterval([exactly(100), exactly(100, 2)])).toBeNull();
    expect(speedInterval([])).toBeNull();
  });

  it("never turns around and never falls below nothing", () => {
    const value = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    fc.assert(fc.property(fc.array(fc.array(value, { minLength: 3, maxLength: 40 }), { minLength: 1, maxLength: 3 }), (rounds) => {
      const interval = speedInterval(rounds.map(distribution));
      expect(interval).not.toBeNull();
      expect(interval?.low).toBeGreaterThanOrEqual(0);
      expect(interval?.low).toBeLessThanOrEqual(interval?.middle ?? 0);
      expect(interval?.middle).toBeLessThanOrEqual(interval?.high ?? 0);
    }));
  });
});

describe("the verdict", () => {
  it("claims no difference where two intervals overlap, and not between equals", () => {
    const overlapping = [{ low: 90, high: 110, middle: 100, runs: 10, rounds: 2 }, { low: 109, high: 130, middle: 120, runs: 10, rounds: 2 }];
    expect(compareIntervals(overlapping)).toEqual([{ kind: "same", first: 1, second: 0 }]);
    const equal = speedInterval([exactly(100), exactly(100)]);
    expect(compareIntervals([equal, equal])).toMatchObject([{ kind: "same" }]);
  });

  it("says between which factors the faster one lies, from the intervals' nearest and farthest ends", () => {
    const apart = [{ low: 40, high: 50, middle: 45, runs: 10, rounds: 2 }, { low: 100, high: 120, middle: 110, runs: 10, rounds: 2 }];
    expect(compareIntervals(apart)).toEqual([{ kind: "faster", winner: 1, loser: 0, low: 2, high: 3 }]);
  });

  it("rarely claims a difference between two samples of one distribution", () => {
    const random = seeded(7);
    let claimed = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const [a, b] = [0, 1].map(() => speedInterval([distribution(sample(random, 5, 100, 5)), distribution(sample(random, 5, 100, 5))]));
      if (compareIntervals([a ?? null, b ?? null])[0]?.kind === "faster") claimed++;
    }
    expect(claimed).toBeLessThan(10);
  });

  it("says nothing where one of them has too few runs, or stands alone", () => {
    expect(compareIntervals([speedInterval([exactly(100)]), null])).toEqual([{ kind: "unknown" }]);
    expect(compareIntervals([speedInterval([exactly(100)])])).toEqual([]);
  });
});
