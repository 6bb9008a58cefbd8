import { z } from "zod";
import type { Sampling } from "../../../shared/schemas/generation.ts";
import { refuse } from "./api-error.ts";

/** A request for more sequences than this is a program's mistake, or meant to fill the queue. */
const MAX_SEQUENCES_PER_REQUEST = 256;

/** What completions and chat have in common. null means the default, as OpenAI has it. */
export const SAMPLING_FIELDS = {
  model: z.string().min(1).max(4096),
  temperature: z.number().min(0).max(100).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  /** Extensions, as vLLM names them. top_k −1 and 0: all. */
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().gt(0).max(100).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  seed: z.int().nullish(),
  ignore_eos: z.boolean().nullish(),
  n: z.int().min(1).max(128).nullish(),
  stop: z.union([z.string().max(1000), z.array(z.string().max(1000)).max(16)], { error: "must be a string or up to 16 strings of at most 1000 characters" }).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
} as const;

type SamplingBody = { readonly [K in keyof typeof SAMPLING_FIELDS]?: z.output<(typeof SAMPLING_FIELDS)[K]> };

/**
 * @param sequence which of the n: each draws with a seed of its own
 */
export function samplingOf(body: SamplingBody, sequence: number): Sampling {
  const { temperature, top_p, top_k, min_p, repetition_penalty, seed } = body;
  return {
    temperature: temperature ?? 1,
    topK: Math.max(0, top_k ?? 0),
    // 0 keeps only the likeliest token: so does the smallest share there is.
    topP: (top_p ?? 1) === 0 ? Number.MIN_VALUE : (top_p ?? 1),
    minP: min_p ?? 0,
    repetitionPenalty: repetition_penalty ?? 1,
    ...(typeof seed === "number" ? { seed: seedOf(seed, sequence) } : {}),
  };
}

/** OpenAI's seeds may be negative, the sampler's are 0 … 2^53 − 1. */
function seedOf(seed: number, sequence: number): number {
  const range = Number.MAX_SAFE_INTEGER;
  return ((seed < 0 ? seed + range : seed) + sequence) % range;
}

export function stopsOf({ stop }: SamplingBody): readonly string[] {
  return (typeof stop === "string" ? [stop] : (stop ?? [])).filter((text) => text !== "");
}

/** What would change the answer and is not there is refused by its name, not dropped. @throws server.requestRefused */
export function refuseUnsupported(body: SamplingBody, prompts: number): void {
  if ((body.presence_penalty ?? 0) !== 0) throw refuse(400, "unsupported_parameter", "presence_penalty", "presence_penalty is not supported; repetition_penalty is");
  if ((body.frequency_penalty ?? 0) !== 0) throw refuse(400, "unsupported_parameter", "frequency_penalty", "frequency_penalty is not supported; repetition_penalty is");
  if (Object.keys(body.logit_bias ?? {}).length > 0) throw refuse(400, "unsupported_parameter", "logit_bias", "logit_bias is not supported");
  if (body.stream_options != null && body.stream !== true) throw refuse(400, "invalid_value", "stream_options", "stream_options is only for stream: true");
  if (prompts * (body.n ?? 1) > MAX_SEQUENCES_PER_REQUEST) throw refuse(400, "invalid_value", "n", `${prompts} prompts with n = ${body.n ?? 1} are more than ${MAX_SEQUENCES_PER_REQUEST} sequences; send several requests`);
}
