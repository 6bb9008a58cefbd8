import { randomInt } from "node:crypto";
import { WorkbenchError } from "../../shared/errors.ts";
import { Sampling } from "../../shared/schemas/generation.ts";
import { byLikelihood, kthLargest, mostLikely } from "./by-likelihood.ts";
import { createRandom } from "./random.ts";

export interface Sampler {
  /**
   * @param logits [V], left as they are  @param seen ids of the prompt and of what was generated so far
   * @param allows whether a token may come; absent: all may. Asked of as few tokens as possible, the likely ones first.
   * @throws runtime.constraintStuck when no token that is possible at all is allowed; runtime.engineFailed for logits that are no numbers
   */
  next(logits: Float32Array, seen: readonly number[], allows?: (id: number) => boolean): number;
}

/** Draws that were not allowed before all that are left are asked: an answer on its way is allowed its likely tokens nearly always. */
const MAX_REFUSED_DRAWS = 16;

/** Largest seed drawn when the caller names none. */
const SEED_LIMIT = 2 ** 47;

/**
 * Chooses the next token: repetition penalty → temperature → top-k → top-p → min-p → draw, the order and meaning of transformers' logits
 * processors. Temperature 0 takes the most likely one, the lowest id on a tie. The same seed draws the same tokens. Of what the filters
 * leave, allowed tokens are drawn by their probabilities among each other; if they leave none, the likeliest allowed one of all is taken.
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
    next(logits, seen, allows = () => true) {
      const scores = penalised(logits, seen, sampling.repetitionPenalty);
      if (sampling.temperature === 0 || sampling.topK === 1) return likeliestAllowed(scores, allows);
      return drawAllowed(candidatesOf(scores, sampling), random, allows) ?? likeliestAllowed(scores, allows);
    },
  };
}

function likeliestAllowed(scores: Float32Array, allows: (id: number) => boolean): number {
  for (const id of byLikelihood(scores)) if (allows(id)) return id;
  throw new WorkbenchError("runtime.constraintStuck", {});
}

/**
 * Rejection sampling: a refused token is put away and another drawn, which leaves the allowed ones their probabilities among each other.
 * @returns undefined when none of the candidates is allowed
 */
function drawAllowed(candidates: readonly Candidate[], random: () => number, allows: (id: number) => boolean): number | undefined {
  let left = candidates;
  for (let refused = 0; refused < MAX_REFUSED_DRAWS && left.length > 0; refused++) {
    const drawn = draw(left, random());
    if (allows(drawn)) return drawn;
    left = left.filter(({ id }) => id !== drawn);
  }
  const allowed = left.filter(({ id }) => allows(id));
  return allowed.length === 0 ? undefined : draw(allowed, random());
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

interface Candidate {
  readonly id: number;
  probability: number;
}

/** The tokens that may be drawn with their probabilities (not normalised), most likely first. */
function candidatesOf(scores: Float32Array, { temperature, topK, topP, minP }: Sampling): Candidate[] {
  const peak = scores[mostLikely(scores)] as number;
  const kept: Candidate[] = [];
  // Tokens equal to the k-th stay too, as with transformers.
  const least = topK > 0 && topK < scores.length ? kthLargest(scores, topK) : Number.NEGATIVE_INFINITY;
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
