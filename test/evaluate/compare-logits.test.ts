import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distribution, estimate, percentiles, quantile } from "../../main/domain/statistics.ts";
import { compareLogits, logProbability } from "../../main/evaluate/compare-logits.ts";

const logits = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 8, maxLength: 8 }).map((numbers) => Float32Array.from(numbers));

/** Straight from the definitions, in float64. */
function softmax(row: Float32Array): number[] {
  const peak = Math.max(...row);
  const weights = [...row].map((x) => Math.exp(x - peak));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

describe("two next-token distributions", () => {
  it("are as far apart as the definition of KL says", () => {
    fc.assert(
      fc.property(logits, logits, (expected, found) => {
        const p = softmax(expected);
        const q = softmax(found);
        // Where q underflows the definition has no finite value.
        fc.pre(q.every((value) => value > 1e-290));
        const kl = p.reduce((sum, value, i) => sum + (value > 0 ? value * Math.log(value / (q[i] as number)) : 0), 0);
        expect(compareLogits(expected, found).kl).toBeCloseTo(Math.max(kl, 0), 8);
      }),
    );
  });

  it("are not apart when one is the other, or the other plus a constant", () => {
    fc.assert(
      fc.property(logits, (row) => {
        expect(compareLogits(row, row)).toMatchObject({ maxAbsoluteDelta: 0, sameTop1: true });
        expect(compareLogits(row, row.map((x) => x + 3)).kl).toBeLessThan(1e-5);
      }),
    );
  });

  it("differ without bound where one is no number: a NaN cannot pass", () => {
    expect(compareLogits(Float32Array.of(1, 2), Float32Array.of(1, Number.NaN)).maxAbsoluteDelta).toBe(Number.POSITIVE_INFINITY);
  });

  it("give probabilities that sum to one, however large the logits", () => {
    const row = Float32Array.of(1e4, 1e4 - 1, -1e4);
    expect([0, 1, 2].reduce((sum, id) => sum + Math.exp(logProbability(row, id)), 0)).toBeCloseTo(1, 9);
  });
});

describe("statistics", () => {
  it("interpolate quantiles as R and NumPy do", () => {
    // numpy.quantile([1, 2, 3, 4], [0.25, 0.5, 0.95])
    expect([0.25, 0.5, 0.95].map((share) => quantile([1, 2, 3, 4], share))).toEqual([1.75, 2.5, 3.8499999999999996]);
    expect(percentiles([5]).p99).toBe(5);
  });

  it("name middle and spread whatever the order", () => {
    expect(distribution([9, 1, 2, 3, 100])).toEqual({ n: 5, median: 3, medianAbsoluteDeviation: 2, minimum: 1, maximum: 100 });
  });

  it("give the standard error of a mean", () => {
    const { mean, standardError } = estimate([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBe(5);
    expect(standardError).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
  });
});
