import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawOrder } from "../../main/benchmark/draw-order.ts";
import { madeText } from "../../main/benchmark/made-text.ts";
import { pairDifferences } from "../../main/benchmark/pair-differences.ts";
import { mixedNumbers } from "../../main/domain/mixed-numbers.ts";
import { studentQuantile, studentShare } from "../../main/domain/student-t.ts";
import { verdictsOf } from "../../shared/comparison-verdict.ts";
import type { ComparedRun } from "../../shared/schemas/report.ts";

/** Runs whose decode speed is `speeds`, one a round. */
const runsOf = (speeds: readonly number[]): ComparedRun[] => speeds.map((speed, index) => ({ round: index + 1, prompt: 1, firstTokenMs: 1000, totalMs: 1000 + 10_000 / speed, promptTokens: 100, generatedTokens: 11, characters: 40 }));
const paired = (speeds: readonly number[], tokenizer: string | null = "same") => ({ runs: runsOf(speeds), tokenizer });
const decodeOf = (...contestants: ReturnType<typeof paired>[]) => pairDifferences(contestants).filter(({ measure }) => measure === "decode");

/** A seeded normal value by Box and Muller. */
const normal = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

describe("Student's t", () => {
  // scipy 1.17.1: stats.t.ppf((1 + share) / 2, freedom)
  it.each([
    [0.95, 1, 12.706204736174694], [0.95, 2, 4.302652729749462], [0.95, 3, 3.1824463052837078], [0.95, 4, 2.7764451051977934], [0.95, 10, 2.228138851986274], [0.95, 49, 2.0095752371292392],
    [0.99, 1, 63.656741162871526], [0.99, 4, 4.604094871349992], [0.99, 9, 3.249835541592126], [1 - 0.05 / 6, 1, 76.39000931113632], [1 - 0.05 / 6, 4, 4.851008443097864], [1 - 0.05 / 6, 49, 2.7496113086474474],
  ])("%d of %i degrees of freedom lies within %d, as scipy has it", (share, freedom, expected) => {
    expect(studentQuantile(share, freedom)).toBeCloseTo(expected, 8);
  });

  it("turns a quantile back into its share", () => {
    fc.assert(fc.property(fc.double({ min: 0.01, max: 0.9999, noNaN: true }), fc.integer({ min: 1, max: 60 }), (share, freedom) => {
      expect(studentShare(studentQuantile(share, freedom), freedom)).toBeCloseTo(share, 9);
    }));
  });
});

describe("paired differences", () => {
  it("are the interval of scipy's paired t test on logarithms", () => {
    // scipy 1.17.1: r = stats.ttest_rel(np.log(a), np.log(b)); np.exp(mean), np.exp(r.confidence_interval(0.95))
    const [found] = decodeOf(paired([10.2, 11.1, 9.8, 10.6, 10.9]), paired([8.1, 8.9, 8.3, 8.2, 8.8]));
    expect(found?.n).toBe(5);
    expect([found?.ratio, found?.low, found?.high].map((value) => value?.toFixed(9))).toEqual([1.2431581726201744, 1.1931676031751142, 1.2952432148172528].map((value) => value.toFixed(9)));
  });

  it("are the other way round when the contestants are", () => {
    const speeds = fc.array(fc.double({ min: 0.1, max: 1000, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(fc.property(speeds, speeds, (a, b) => {
      const [one] = decodeOf(paired(a), paired(b));
      const [other] = decodeOf(paired(b), paired(a));
      expect(Math.log(one?.ratio ?? 0)).toBeCloseTo(-Math.log(other?.ratio ?? 0), 6);
      expect(Math.log(one?.low ?? 0)).toBeCloseTo(-Math.log(other?.high ?? 0), 6);
    }));
  });

  it("do not move with what slows a whole round down", () => {
    const [still] = decodeOf(paired([10, 11, 12]), paired([8, 9, 9]));
    const [slowed] = decodeOf(paired([10, 5.5, 3]), paired([8, 4.5, 2.25]));
    expect(slowed?.ratio).toBeCloseTo(still?.ratio ?? 0, 9);
    expect(slowed?.high).toBeCloseTo(still?.high ?? 0, 9);
  });

  it("count tokens only against the same tokenizer's, and characters only against another's", () => {
    const measures = (tokenizer: string | null): string[] => pairDifferences([paired([1, 2, 3]), paired([1, 2, 3], tokenizer)]).map(({ measure }) => measure);
    expect(measures("same")).toEqual(["decode", "prefill", "firstToken", "total"]);
    expect(measures("other")).toEqual(["characters", "firstToken", "total"]);
    expect(measures(null)).toEqual(["characters", "firstToken", "total"]);
  });

  it("claim a difference between four that are alike in at most 5 of 100 comparisons, all six pairs taken together", () => {
    const next = mixedNumbers(20_261_125);
    const trials = 400;
    let wrong = 0;
    for (let trial = 0; trial < trials; trial++) {
      const found = decodeOf(...Array.from({ length: 4 }, () => paired(Array.from({ length: 5 }, () => Math.exp(0.1 * normal(next))))));
      if (found.some(({ low, high }) => (low ?? 0) > 1 || (high ?? 2) < 1)) wrong++;
    }
    // 5 % of 400 are 20; three standard errors above are 33.
    expect(wrong).toBeLessThan(33);
  });

  it("say nothing of a single round, of runs without an answer, or of rounds that only one has", () => {
    expect(decodeOf(paired([5]), paired([6]))).toMatchObject([{ ratio: null, low: null, high: null, n: 1 }]);
    const silent = { tokenizer: "same", runs: runsOf([5, 6, 7]).map((run) => ({ ...run, firstTokenMs: null, generatedTokens: 0, characters: 0 })) };
    expect(decodeOf(paired([5, 6, 7]), silent)).toMatchObject([{ ratio: null, n: 0 }]);
    expect(decodeOf(paired([5, 6, 7]), paired([5, 6]))).toMatchObject([{ n: 2 }]);
  });
});

describe("the verdict", () => {
  const contestants = (count: number) => Array.from({ length: count }, () => ({})) as never;

  it("sets the fastest against each of the others, and claims nothing where the interval holds 1", () => {
    const differences = pairDifferences([paired([5, 5.1, 4.9, 5]), paired([10, 10.1, 9.9, 10]), paired([10, 9.8, 10.2, 10])]);
    const decode = verdictsOf({ differences: [...differences], contestants: contestants(3) }).find(({ measure }) => measure === "decode");
    expect(decode?.sayings.map(({ kind, leader, other }) => ({ kind, leader, other }))).toEqual([{ kind: "faster", leader: 1, other: 0 }, { kind: "same", leader: 1, other: 2 }]);
  });
});

describe("the order of turns", () => {
  it("gives everybody one turn a round, and reverses each first round of two in the second, as the seed draws it", () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 20 }), fc.nat(), (count, rounds, seed) => {
      const orders = drawOrder(count, rounds, seed);
      expect(orders).toEqual(drawOrder(count, rounds, seed));
      orders.forEach((order, round) => {
        expect(order.toSorted()).toEqual(Array.from({ length: count }, (_, place) => place));
        if (round % 2 === 1) expect(order).toEqual(orders[round - 1]?.toReversed());
      });
    }));
    expect(new Set(Array.from({ length: 40 }, (_, seed) => drawOrder(4, 2, seed).join(" "))).size).toBeGreaterThan(10);
  });

  it("has texts that share no beginning, for a kept one would answer for the next", () => {
    const beginnings = Array.from({ length: 60 }, (_, seed) => madeText(64, seed).split(" ").slice(0, 4).join(" "));
    expect(new Set(beginnings).size).toBe(60);
    expect(madeText(64, 1).split(" ")).toHaveLength(64);
  });
});
