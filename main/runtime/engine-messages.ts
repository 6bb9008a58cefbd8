import { z } from "zod";
import { ErrorRecordSchema } from "../../shared/schemas/job.ts";
import { Sampling } from "../../shared/schemas/generation.ts";
import { PackageManifest } from "../../shared/schemas/model-package.ts";

/** Calls into the engine process. Paths and token ids cross the border; tensors do not. */
export const EngineCall = z.discriminatedUnion("call", [
  z.strictObject({ call: z.literal("load"), directory: z.string(), manifest: PackageManifest, threads: z.int().positive() }),
  z.strictObject({ call: z.literal("generate"), promptIds: z.array(z.int()), maxTokens: z.int().positive(), sampling: Sampling, stopTokenIds: z.array(z.int()) }),
  z.strictObject({ call: z.literal("logits"), tokenIds: z.array(z.int()), file: z.string(), chunkTokens: z.int().positive().nullable() }),
  z.strictObject({ call: z.literal("reset") }),
  z.strictObject({ call: z.literal("memory") }),
]);
export type EngineCall = z.infer<typeof EngineCall>;

export const EngineRequest = z.union([z.strictObject({ id: z.int(), call: EngineCall }), z.strictObject({ cancel: z.int() })]);
export type EngineRequest = z.infer<typeof EngineRequest>;

const LoadResult = z.strictObject({ loadMs: z.number(), version: z.string() });
const MemoryResult = z.strictObject({ privateBytes: z.number().nullable(), peakResidentBytes: z.number().nullable() });
const TokenEventMessage = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("prefill"), done: z.int(), total: z.int() }),
  z.strictObject({ kind: z.literal("token"), id: z.int(), ms: z.number() }),
  z.strictObject({ kind: z.literal("end"), reason: z.enum(["eos", "length", "context"]), cachedTokens: z.int() }),
]);

/** Answers: any number of events, then exactly one `done`, with an error or a result. */
export const EngineReply = z.union([
  z.strictObject({ id: z.int(), event: TokenEventMessage }),
  z.strictObject({ id: z.int(), done: z.union([z.strictObject({ error: ErrorRecordSchema }), z.strictObject({ result: z.union([LoadResult, MemoryResult, z.null()]) })]) }),
]);
export type EngineReply = z.infer<typeof EngineReply>;
