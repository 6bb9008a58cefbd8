import type { Interval } from "./speed-interval.ts";

/** faster: so many times as fast as the other, at least and at most. same: the intervals overlap, and nothing can be said. unknown: too few runs. */
export type Comparison =
  | { readonly kind: "faster"; readonly winner: number; readonly loser: number; readonly low: number; readonly high: number }
  | { readonly kind: "same"; readonly first: number; readonly second: number }
  | { readonly kind: "unknown" };

/**
 * The one with the highest middle against each of the others, in their order. Two intervals that overlap are "no detectable difference": that is stricter than a test
 * of the difference would be, and errs on the side of saying nothing.
 */
export function compareIntervals(intervals: readonly (Interval | null)[]): Comparison[] {
  if (intervals.length < 2) return [];
  const known = intervals.filter((interval) => interval !== null);
  if (known.length < intervals.length) return [{ kind: "unknown" }];
  const first = known.reduce((best, { middle }, index) => (middle > (known[best]?.middle ?? 0) ? index : best), 0);
  const leader = known[first] as Interval;
  return known.flatMap((other, index): Comparison[] => {
    if (index === first) return [];
    if (other.high >= leader.low) return [{ kind: "same", first, second: index }];
    return [{ kind: "faster", winner: first, loser: index, low: leader.low / other.high, high: other.low > 0 ? leader.high / other.low : Number.POSITIVE_INFINITY }];
  });
}
