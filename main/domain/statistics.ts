import type { Distribution, Estimate, Percentiles } from "../../shared/schemas/report.ts";

/** @param values at least one */
export function distribution(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const deviations = sorted.map((value) => Math.abs(value - median)).toSorted((a, b) => a - b);
  return { n: values.length, median, medianAbsoluteDeviation: quantile(deviations, 0.5), minimum: sorted[0] as number, maximum: sorted.at(-1) as number };
}

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  return { n: values.length, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) };
}

/**
 * Quantile by linear interpolation between the two nearest order statistics (Hyndman & Fan's type 7, the default of R and NumPy).
 * @param sorted ascending, at least one  @param share 0 … 1
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

/** Mean with its standard error, s/√n with s over n − 1; the error of a single value is unknown and given as 0. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 };
}

/** The normal distribution's two-sided 95 %. */
const Z_95 = 1.959963984540054;

/** Wilson's score interval for a share, 95 %: stays within 0 … 1 and holds its level for few trials and extreme shares. @param trials at least one */
export function wilsonInterval(successes: number, trials: number): { readonly low: number; readonly high: number } {
  const share = successes / trials;
  const square = Z_95 ** 2;
  const middle = (share + square / (2 * trials)) / (1 + square / trials);
  const half = (Z_95 / (1 + square / trials)) * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
