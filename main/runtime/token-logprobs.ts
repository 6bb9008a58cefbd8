import { WorkbenchError } from "../../shared/errors.ts";
import type { TokenLogprob } from "../domain/engine.ts";

/** OpenAI's limit for `top_logprobs`. It bounds the selection below, which is linear in it. */
const MAX_TOP = 20;

/**
 * How likely a token was among all: log softmax, ln p_i = x_i − max − ln Σ exp(x_j − max), summed in float64.
 *
 * @param logits [V], the model's own, before any penalty or filter
 * @param id the token that was drawn, or that stands in the prompt
 * @param top how many of the likeliest to tell, 0 to 20, the lowest id first on a tie. Fewer come back where fewer are possible at all;
 *   `logprob` itself is −Infinity for a token whose logit is.
 * @throws runtime.engineFailed when a logit is not a number or none is finite; runtime.tokenOutOfRange; runtime.samplingInvalid for `top`
 */
export function tokenLogprob(logits: Float32Array, id: number, top: number): TokenLogprob {
  if (!Number.isInteger(top) || top < 0 || top > MAX_TOP) throw new WorkbenchError("runtime.samplingInvalid", { field: "topLogprobs", found: String(top), expected: `a whole number from 0 to ${MAX_TOP}` });
  const chosen = logits[id];
  if (chosen === undefined) throw new WorkbenchError("runtime.tokenOutOfRange", { tokenId: id, vocabSize: logits.length });
  const peak = finitePeak(logits);
  let sum = 0;
  for (let each = 0; each < logits.length; each++) sum += Math.exp((logits[each] as number) - peak);
  const logSum = Math.log(sum);
  // The peak is taken off first: off a large logit the logarithm of the sum would lose its digits.
  return { id, logprob: chosen - peak - logSum, top: likeliest(logits, top).map((each) => ({ id: each, logprob: (logits[each] as number) - peak - logSum })) };
}

function finitePeak(logits: Float32Array): number {
  let peak = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (Number.isNaN(logit)) throw new WorkbenchError("runtime.engineFailed", { reason: `the logit of token ${id} is not a number` });
    if (logit > peak) peak = logit;
  }
  if (!Number.isFinite(peak)) throw new WorkbenchError("runtime.engineFailed", { reason: `the largest logit is ${peak}` });
  return peak;
}

/** The ids of the `count` largest logits, best first: most of the V logits are compared once, with the least kept so far. */
function likeliest(logits: Float32Array, count: number): number[] {
  const kept: number[] = [];
  if (count === 0) return kept;
  let least = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    // An id that is not larger than one before it stays behind it; an impossible token (−Infinity) is no alternative.
    if (logit <= least || logit === Number.NEGATIVE_INFINITY) continue;
    let place = kept.length;
    while (place > 0 && (logits[kept[place - 1] as number] as number) < logit) place--;
    kept.splice(place, 0, id);
    if (kept.length > count) kept.pop();
    if (kept.length === count) least = logits[kept[count - 1] as number] as number;
  }
  return kept;
}
