import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenLogprob } from "../../main/runtime/token-logprobs.ts";

const logits = fc.array(fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -40, max: 40 }).map((n) => n / 4) }, { weight: 1, arbitrary: fc.constant(Number.NEGATIVE_INFINITY) }), { minLength: 1, maxLength: 60 })
  .filter((row) => row.some(Number.isFinite));

describe("a token's log probability", () => {
  it("is x − ln Σ exp(x)", () => {
    // −ln(1 + e⁻¹ + e⁻²) = −0.40760596444438 for the largest.
    const { logprob, top } = tokenLogprob(Float32Array.of(1, 2, 3, -1000), 0, 3);
    expect(logprob).toBeCloseTo(-2.40760596444438, 12);
    expect(top.map(({ id }) => id)).toEqual([2, 1, 0]);
    expect(top[0]?.logprob).toBeCloseTo(-0.40760596444438, 12);
  });

  it("does not overflow, and keeps its digits, for logits far from zero", () => {
    expect(tokenLogprob(Float32Array.of(30_000, 30_000, -30_000), 1, 0).logprob).toBeCloseTo(-Math.LN2, 12);
    // A million equal logits: float32 sums would stop growing long before.
    expect(tokenLogprob(new Float32Array(2 ** 20).fill(-7), 5, 0).logprob).toBeCloseTo(-20 * Math.LN2, 10);
  });

  it("names the likeliest ids, the lowest first on a tie, as a sort of all would", () => {
    fc.assert(
      fc.property(logits, fc.nat(), fc.integer({ min: 0, max: 20 }), (numbers, pick, top) => {
        const row = Float32Array.from(numbers);
        const answer = tokenLogprob(row, pick % row.length, top);
        const order = [...row.keys()].filter((id) => row[id] !== Number.NEGATIVE_INFINITY).sort((a, b) => (row[b] as number) - (row[a] as number) || a - b);
        expect(answer.top.map(({ id }) => id)).toEqual(order.slice(0, top));
        for (const { id, logprob } of answer.top) expect(logprob).toBe(tokenLogprob(row, id, 0).logprob);
        const total = numbers.reduce((sum, _, id) => sum + Math.exp(tokenLogprob(row, id, 0).logprob), 0);
        expect(total).toBeCloseTo(1, 10);
      }),
    );
  });

  it("is refused for logits that are no numbers", () => {
    expect(() => tokenLogprob(Float32Array.of(1, Number.NaN), 0, 0)).toThrow(/engineFailed/);
    expect(() => tokenLogprob(Float32Array.of(1, Number.POSITIVE_INFINITY), 0, 0)).toThrow(/engineFailed/);
    expect(() => tokenLogprob(Float32Array.of(Number.NEGATIVE_INFINITY), 0, 0)).toThrow(/engineFailed/);
  });

  it("is refused for an id that is not there, and for more alternatives than are told", () => {
    expect(() => tokenLogprob(Float32Array.of(1), 1, 0)).toThrow(/tokenOutOfRange/);
    for (const top of [21, -1, 1.5, Number.NaN]) expect(() => tokenLogprob(Float32Array.of(1), 0, top)).toThrow(/samplingInvalid/);
  });
});
