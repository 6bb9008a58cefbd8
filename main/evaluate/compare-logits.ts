/** How two models' next-token distributions at one position differ. All arithmetic in float64; KL in nats. */
export interface PositionDifference {
  readonly maxAbsoluteDelta: number;
  /** Σ|Δ| over the vocabulary, for a mean over all positions. */
  readonly sumAbsoluteDelta: number;
  /** KL(expected ‖ found) = Σ p ln(p / q) ≥ 0. */
  readonly kl: number;
  readonly sameTop1: boolean;
}

/** @param expected, found logits [V] of the same position */
export function compareLogits(expected: Float32Array, found: Float32Array): PositionDifference {
  const expectedLogSum = logSumExp(expected);
  const foundLogSum = logSumExp(found);
  let maxAbsoluteDelta = 0;
  let sumAbsoluteDelta = 0;
  let kl = 0;
  for (let id = 0; id < expected.length; id++) {
    const a = expected[id] as number;
    const b = found[id] as number;
    const delta = Math.abs(a - b);
    sumAbsoluteDelta += delta;
    // Written so that a NaN is the largest difference there is and cannot pass unseen.
    if (!(delta <= maxAbsoluteDelta)) maxAbsoluteDelta = Number.isNaN(delta) ? Number.POSITIVE_INFINITY : delta;
    const logP = a - expectedLogSum;
    kl += Math.exp(logP) * (logP - (b - foundLogSum));
  }
  // Rounding can leave a hair below 0 where both agree.
  return { maxAbsoluteDelta, sumAbsoluteDelta, kl: Math.max(kl, 0), sameTop1: argmax(expected) === argmax(found) };
}

/** ln p(id) of logits [V]. */
export function logProbability(logits: Float32Array, id: number): number {
  return (logits[id] as number) - logSumExp(logits);
}

/** ln Σ exp(x), shifted by the largest so that nothing overflows. */
function logSumExp(logits: Float32Array): number {
  let peak = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) if ((logits[id] as number) > peak) peak = logits[id] as number;
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp((logits[id] as number) - peak);
  return peak + Math.log(sum);
}

/** The lowest id on a tie. */
function argmax(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] as number) > (logits[best] as number)) best = id;
  return best;
}
