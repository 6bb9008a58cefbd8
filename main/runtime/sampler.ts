import { randomInt } from "node:crypto";
import { WorkbenchError } from "../../shared/errors.ts";
import { Sampling } from "../../shared/schemas/generation.ts";
import { createRandom } from "./random.ts";

export interface Sampler {
  /** @param logits [V], left as they are  @param seen ids of the prompt and of what was generated so far */
  next(logits: Float32Array, seen: readonly number[]): number;
}

/** Largest seed drawn when the caller names none. */
const SEED_LIMIT = 2 ** 47;

/**
 * Chooses the next token: repetition penalty → temperature → top-k → top-p → min-p → draw, the order and meaning of transformers' logits
 * processors. Temperature 0 takes the most likely one, the lowest id on a tie. The same seed draws the same tokens.
 * @throws runtime.samplingInvalid
 */
export function createSampler(requested: Sampling): Sampler {
  const parsed = Sampling.safeParse(requested);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = String(issue?.path[0] ?? "sampling");
    throw new WorkbenchError("runtime.samplingInvalid", { field, found: String((requested as Record<string, unknown>)[field]), expected: issue?.message ?? "" });
  }
  const sampling = parsed.data;
  const random = createRandom(sampling.seed ?? randomInt(SEED_LIMIT));
  return {
    next(logits, seen) {
      const scores = penalised(logits, seen, sampling.repetitionPenalty);
      if (sampling.temperature === 0 || sampling.topK === 1) return mostLikely(scores);
      return draw(candidatesOf(scores, sampling), random());
    },
  };
}

/** CTRL's rule (arXiv 1909.05858): a token already seen has its positive logit divided, its negative one multiplied. */
function penalised(logits: Float32Array, seen: readonly number[], penalty: number): Float32Array {
  if (penalty === 1) return logits;
  const scores = Float32Array.from(logits);
  for (const id of new Set(seen)) {
    const score = scores[id];
    if (score !== undefined) scores[id] = score > 0 ? score / penalty : score * penalty;
  }
  return scores;
}

function mostLikely(scores: Float32Array): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if ((scores[id] as number) > (scores[best] as number)) best = id;
  if (!Number.isFinite(scores[best])) throw new WorkbenchError("runtime.engineFailed", { reason: "no logit is a finite number" });
  return best;
}

interface Candidate {
  readonly id: number;
  probability: number;
}

/** The tokens that may be drawn with their probabilities (not normalised), most likely first. */
function candidatesOf(scores: Float32Array, { temperature, topK, topP, minP }: Sampling): Candidate[] {
  const peak = scores[mostLikely(scores)] as number;
  const kept: Candidate[] = [];
  const least = topK > 0 && topK < scores.length ? largest(scores, topK) : Number.NEGATIVE_INFINITY;
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] as number;
    if (Number.isNaN(score)) throw new WorkbenchError("runtime.engineFailed", { reason: `the logit of token ${id} is not a number` });
    if (score < least) continue;
    const probability = Math.exp((score - peak) / temperature);
    if (probability > 0) kept.push({ id, probability });
  }
  kept.sort((a, b) => b.probability - a.probability || a.id - b.id);
  return atLeast(nucleus(kept, topP), minP);
}

/** The k-th largest score: tokens equal to it stay too, as with transformers. Selection over a bounded heap, not a sort of 129,280. */
function largest(scores: Float32Array, k: number): number {
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

/** The fewest most likely tokens whose probabilities reach p. */
function nucleus(candidates: Candidate[], p: number): Candidate[] {
  if (p >= 1) return candidates;
  const total = candidates.reduce((sum, candidate) => sum + candidate.probability, 0);
  let reached = 0;
  const end = candidates.findIndex((candidate) => {
    reached += candidate.probability;
    return reached >= p * total;
  });
  return end < 0 ? candidates : candidates.slice(0, end + 1);
}

/** Tokens at least minP times as likely as the likeliest. */
function atLeast(candidates: Candidate[], minP: number): Candidate[] {
  const floor = minP * (candidates[0]?.probability ?? 0);
  return candidates.filter((candidate) => candidate.probability >= floor);
}

function draw(candidates: readonly Candidate[], random: number): number {
  let rest = random * candidates.reduce((sum, candidate) => sum + candidate.probability, 0);
  for (const candidate of candidates) {
    rest -= candidate.probability;
    if (rest < 0) return candidate.id;
  }
  return (candidates.at(-1) as Candidate).id;
}
