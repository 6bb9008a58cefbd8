import type { Distribution } from "../../../shared/schemas/report.ts";

/** An interval that holds the true median of a contestant with about 95 % confidence, from all its rounds. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** The mean of the rounds' medians. */
  readonly middle: number;
  readonly runs: number;
  readonly rounds: number;
}

/** Student's t, two-sided 95 %, by degrees of freedom (1 to 30); beyond, the normal distribution's is near enough. */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;
const T_95_BEYOND = 1.96;

/** Mean range of n normal values in standard deviations (n from 2 to 10): the control-chart constant d₂. */
const RANGE_OF_NORMAL = [1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.97, 3.078] as const;

/** A normal distribution's standard deviation over its median absolute deviation. */
const DEVIATIONS_PER_MAD = 1.4826;
/** The standard error of a median over that of a mean, for many normal values: √(π/2). */
const MEDIAN_OVER_MEAN = 1.2533;

/** Fewer say nothing of their spread. */
const FEWEST_RUNS = 3;

/**
 * Joins the rounds of one contestant. Each round's median gets the interval that its own spread gives; the union of the rounds' intervals is taken, so that a drift
 * between rounds widens it instead of being averaged away. null: too few runs to tell anything.
 */
export function speedInterval(rounds: readonly Distribution[]): Interval | null {
  if (rounds.length === 0 || rounds.some(({ n }) => n < FEWEST_RUNS)) return null;
  const bounds = rounds.map((round) => ({ median: round.median, half: halfWidth(round) }));
  return {
    low: Math.max(0, Math.min(...bounds.map(({ median, half }) => median - half))), high: Math.max(...bounds.map(({ median, half }) => median + half)),
    middle: bounds.reduce((sum, { median }) => sum + median, 0) / bounds.length, runs: rounds.reduce((sum, { n }) => sum + n, 0), rounds: rounds.length,
  };
}

function halfWidth({ n, medianAbsoluteDeviation, minimum, maximum }: Distribution): number {
  // A MAD of few values is often too small by chance; their range is not. The larger of the two stands.
  const byRange = (maximum - minimum) / (RANGE_OF_NORMAL[n - 2] ?? Number.POSITIVE_INFINITY);
  const deviation = Math.max(DEVIATIONS_PER_MAD * medianAbsoluteDeviation, byRange);
  return (T_95[n - 2] ?? T_95_BEYOND) * MEDIAN_OVER_MEAN * (deviation / Math.sqrt(n));
}
