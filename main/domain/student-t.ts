/** No quantile that is asked for lies beyond: 0.999 of one degree of freedom is 637. */
const MOST = 1e6;

/**
 * Student's t by its closed form for whole degrees of freedom (Abramowitz & Stegun 26.7.3, 26.7.4): the share of the distribution within −t … t.
 * @param freedom at least 1
 */
export function studentShare(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const square = Math.cos(angle) ** 2;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= freedom - 2; power += 2) {
    term *= square * ((power - 1) / power);
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** The t within which `share` of the distribution lies, both sides together. @param share 0 … 1, without the ends */
export function studentQuantile(share: number, freedom: number): number {
  let low = 0;
  let high = MOST;
  // Bisection to the last bit: some sixty steps of a few operations each.
  for (let middle = high / 2; middle > low && middle < high; middle = low + (high - low) / 2) {
    if (studentShare(middle, freedom) < share) low = middle;
    else high = middle;
  }
  return high;
}
