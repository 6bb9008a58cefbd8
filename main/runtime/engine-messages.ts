import { z } from "zod";
import { ErrorRecordSchema } from "../../shared/schemas/job.ts";
import { Sampling } from "../../shared/schemas/generation.ts";
import { PackageManifest } from "../../shared/schemas/model-package.ts";

/** Calls into the engine process. Paths and token ids cross the border; tensors do not. */
export const EngineCall = z.discriminatedUnion("call", [
  z.strictObject({
    call: z.literal("load"), directory: z.string(), graphDirectory: z.string(), manifest: PackageManifest, threads: z.int().positive(), cacheLimitBytes: z.number().positive().nullable(),
  }),
  z.strictObject({
    call: z.literal("generate"), promptIds: z.array(z.int()), maxTokens: z.int().nonnegative(), sampling: Sampling, stopTokenIds: z.array(z.int()),
    topLogprobs: z.int().min(0).max(20).nullable(), promptLogprobs: z.boolean(), constraint: z.literal("json").nullable(),
  }),
  z.strictObject({ call: z.literal("logits"), tokenIds: z.array(z.int()), file: z.string(), chunkTokens: z.int().positive().nullable() }),
  z.strictObject({ call: z.literal("pack"), graphFile: z.string(), weightsDirectory: z.string(), outGraphFile: z.string(), dataName: z.string() }),
  z.strictObject({ call: z.literal("reset") }),
  z.strictObject({ call: z.literal("memory") }),
  z.strictObject({ call: z.literal("cache") }),
]);
export type EngineCall = z.infer<typeof EngineCall>;

export const EngineRequest = z.union([z.strictObject({ id: z.int(), call: EngineCall }), z.strictObject({ cancel: z.int() })]);
export type EngineRequest = z.infer<typeof EngineRequest>;

const LoadResult = z.strictObject({ loadMs: z.number(), version: z.string() });
const MemoryResult = z.strictObject({ privateBytes: z.number().nullable(), peakResidentBytes: z.number().nullable() });
const CacheResult = z.strictObject({
  bytesPerToken: z.number(), limitBytes: z.number(), runningBytes: z.number(), keptBytes: z.number(), runningSequences: z.int(), waitingSequences: z.int(),
});
const Logprob = z.strictObject({ id: z.int(), logprob: z.number().or(z.literal(Number.NEGATIVE_INFINITY)), top: z.array(z.strictObject({ id: z.int(), logprob: z.number() })) });
const TokenEventMessage = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("prefill"), done: z.int(), total: z.int(), cachedTokens: z.int() }),
  z.strictObject({ kind: z.literal("promptLogprobs"), start: z.int(), logprobs: z.array(Logprob) }),
  z.strictObject({ kind: z.literal("token"), id: z.int(), ms: z.number(), logprob: Logprob.exactOptional() }),
  z.strictObject({ kind: z.literal("end"), reason: z.enum(["eos", "length", "context"]) }),
]);

/** Answers: any number of events, then exactly one `done`, with an error or a result. */
export const EngineReply = z.union([
  z.strictObject({ id: z.int(), event: TokenEventMessage }),
  z.strictObject({ id: z.int(), done: z.union([z.strictObject({ error: ErrorRecordSchema }), z.strictObject({ result: z.union([LoadResult, MemoryResult, CacheResult, z.null()]) })]) }),
]);
export type EngineReply = z.infer<typeof EngineReply>;
