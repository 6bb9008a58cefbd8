import { WorkbenchError } from "../../shared/errors.ts";

/** Ids looked at in the first pass behind the likeliest; each further pass takes eight times as many, so five passes reach 262,144. */
const FIRST_BATCH = 64;
const BATCH_GROWTH = 8;

/** The id of the largest score, the lowest on a tie. @throws runtime.engineFailed when it is no finite number */
export function mostLikely(scores: Float32Array): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if ((scores[id] as number) > (scores[best] as number)) best = id;
  if (!Number.isFinite(scores[best])) throw new WorkbenchError("runtime.engineFailed", { reason: "no logit is a finite number" });
  return best;
}

/**
 * Ids from the largest score down, the lower id first on a tie; −Infinity never comes. Ordered only as far as it is read: the first costs
 * one pass over V, and each growing batch behind it one selection.
 * @param scores [V]  @throws runtime.engineFailed for a score that is not a number
 */
export function* byLikelihood(scores: Float32Array): Generator<number> {
  const first = mostLikely(scores);
  yield first;
  let given = Number.POSITIVE_INFINITY;
  for (let size = FIRST_BATCH; given > Number.NEGATIVE_INFINITY; size *= BATCH_GROWTH) {
    const least = size < scores.length ? kthLargest(scores, size) : Number.NEGATIVE_INFINITY;
    const batch: number[] = [];
    for (let id = 0; id < scores.length; id++) {
      const score = scores[id] as number;
      if (Number.isNaN(score)) throw new WorkbenchError("runtime.engineFailed", { reason: `the logit of token ${id} is not a number` });
      if (score >= least && score < given && score > Number.NEGATIVE_INFINITY && id !== first) batch.push(id);
    }
    yield* batch.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
    given = least;
  }
}

/** The k-th largest score, 1 ≤ k ≤ V. Selection over a bounded heap, not a sort of 129,280. */
export function kthLargest(scores: Float32Array, k: number): number {
  const heap = scores.slice(0, k).sort();
  const sink = (): void => {
    for (let at = 0; ; ) {
      let child = 2 * at + 1;
      if (child >= k) return;
      if (child + 1 < k && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[at] as number) <= (heap[child] as number)) return;
      [heap[at], heap[child]] = [heap[child] as number, heap[at] as number];
      at = child;
    }
  };
  for (let id = k; id < scores.length; id++) {
    if ((scores[id] as number) > (heap[0] as number)) {
      heap[0] = scores[id] as number;
      sink();
    }
  }
  return heap[0] as number;
}
