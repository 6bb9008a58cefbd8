/**
 * By how much the first scale is stretched while looking for a better one; the first candidate is plain round-to-nearest, so the result is
 * never worse. 8-bit codes are so fine that only a shrink by about one level ever pays.
 */
export const CANDIDATE_FACTORS: Readonly<Record<4 | 8, readonly number[]>> = {
  4: [1, 0.88, 0.94, 1.06, 1.125, 1.1875],
  8: [1, 1.00390625],
};
