import { z } from "zod";
import type { CompletionPrompt, CompletionRequest } from "../../domain/completion.ts";
import { refuse } from "./api-error.ts";
import { parseBody } from "./parse-body.ts";
import { refuseUnsupported, SAMPLING_FIELDS, samplingOf, stopsOf } from "./sampling-fields.ts";
import type { SequencePlan } from "./sequence-plan.ts";

/** OpenAI's own default of this old endpoint. */
const DEFAULT_MAX_TOKENS = 16;

const tokenIds = z.array(z.int().min(0)).min(1);
const CompletionBody = z.object({
  ...SAMPLING_FIELDS,
  prompt: z.union([z.string(), z.array(z.string()).min(1), tokenIds, z.array(tokenIds).min(1)], { error: "must be a string, an array of strings, an array of token ids, or an array of those" }),
  max_tokens: z.int().min(0).max(1 << 20).nullish(),
  logprobs: z.int().min(0).max(20).nullish(),
  echo: z.boolean().nullish(),
  best_of: z.int().min(1).nullish(),
  suffix: z.string().nullish(),
});

/** The body of POST /v1/completions as sequences: prompt by prompt, n of each. @throws server.requestRefused */
export function readCompletionBody(json: unknown): SequencePlan {
  const body = parseBody(CompletionBody, json);
  const prompts = promptsOf(body.prompt);
  refuseUnsupported(body, prompts.length);
  const n = body.n ?? 1;
  if ((body.best_of ?? n) !== n) throw refuse(400, "unsupported_parameter", "best_of", "best_of is not supported; n is");
  if ((body.suffix ?? "") !== "") throw refuse(400, "unsupported_parameter", "suffix", "suffix is not supported: these models continue text, they do not fill gaps");
  const maxTokens = body.max_tokens ?? DEFAULT_MAX_TOKENS;
  const echo = body.echo === true;
  if (maxTokens === 0 && !echo) throw refuse(400, "invalid_value", "max_tokens", "max_tokens may be 0 only with echo");
  const stop = stopsOf(body);
  return {
    model: body.model,
    promptCount: prompts.length,
    sequencesPerPrompt: n,
    sequence: (prompt, copy): CompletionRequest => ({
      prompt: prompts[prompt] as CompletionPrompt, maxTokens, sampling: samplingOf(body, copy), ignoreEnd: body.ignore_eos === true, stop, topLogprobs: body.logprobs ?? null, echo, listEndToken: true,
    }),
    stream: body.stream === true ? { includeUsage: body.stream_options?.include_usage === true } : null,
  };
}

function promptsOf(prompt: z.output<typeof CompletionBody>["prompt"]): CompletionPrompt[] {
  if (typeof prompt === "string") return [{ kind: "text", text: prompt }];
  if (isNumbers(prompt)) return [{ kind: "tokens", ids: prompt }];
  return prompt.map((one) => (typeof one === "string" ? { kind: "text", text: one } : { kind: "tokens", ids: one }));
}

function isNumbers(prompt: readonly (string | number | number[])[]): prompt is number[] {
  return typeof prompt[0] === "number";
}
