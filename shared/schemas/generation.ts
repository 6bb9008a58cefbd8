import { z } from "zod";

/** How the next token is chosen. temperature 0 is greedy; the filters apply in the order written here. */
export const Sampling = z.strictObject({
  temperature: z.number().min(0).max(100).default(0),
  topK: z.int().min(0).default(0),
  topP: z.number().gt(0).max(1).default(1),
  minP: z.number().min(0).max(1).default(0),
  /** > 1 makes tokens already seen less likely (CTRL's rule: divide positive logits, multiply negative). */
  repetitionPenalty: z.number().gt(0).max(100).default(1),
  /** Same seed, same tokens; absent: drawn from the system. */
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});
export type Sampling = z.infer<typeof Sampling>;

export const ChatMessage = z.strictObject({ role: z.enum(["system", "user", "assistant", "tool"]), content: z.string() });
export type ChatMessage = z.infer<typeof ChatMessage>;

export const GenerateRequest = z.strictObject({
  /** A package; or "engine:" and the name of an engine that the user named. */
  model: z.string().min(1),
  /** Exactly one of prompt and messages. */
  prompt: z.string().optional(),
  messages: z.array(ChatMessage).max(10_000).optional(),
  maxTokens: z.int().min(1).max(1 << 20).default(256),
  sampling: Sampling.default({ temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 }),
  /** Generation ends before the first of these strings. */
  stop: z.array(z.string().min(1).max(1000)).max(16).default([]),
  threads: z.int().min(1).max(256).optional(),
});
export type GenerateRequest = z.infer<typeof GenerateRequest>;

/** How tokens were counted: by the engine that made them, by the server's own word, or as the pieces that arrived, of which one may hold several tokens. */
export const TokenCount = z.enum(["engine", "usage", "pieces"]);
export type TokenCount = z.infer<typeof TokenCount>;

/*
 * preparing* → loaded → prefill* → (text | pace)* → end
 */
export const GenerateEvent = z.discriminatedUnion("kind", [
  /** What is made once before a first start, and why; bytes. */
  z.strictObject({ kind: z.literal("preparing"), step: z.string(), done: z.number(), total: z.number() }),
  z.strictObject({ kind: z.literal("loaded"), loadMs: z.number() }),
  z.strictObject({ kind: z.literal("prefill"), done: z.int(), total: z.int() }),
  /** Whole characters only: a character split over tokens arrives with its last one. */
  z.strictObject({ kind: z.literal("text"), text: z.string() }),
  /** How it goes, a few times a second. tokensPerSecond: after the first token; null until there is a second. */
  z.strictObject({ kind: z.literal("pace"), generatedTokens: z.int(), timeToFirstTokenMs: z.number(), tokensPerSecond: z.number().nullable() }),
  z.strictObject({
    /** "other": an engine elsewhere gave a reason of its own. */
    kind: z.literal("end"), reason: z.enum(["eos", "stop", "length", "context", "other"]),
    /** null: an engine elsewhere did not say. */
    promptTokens: z.int().nullable(), generatedTokens: z.int(), countedBy: TokenCount,
    /** Empty for an engine elsewhere. */
    tokenIds: z.array(z.int()), timeToFirstTokenMs: z.number(), decodeTokensPerSecond: z.number().nullable(),
  }),
]);
export type GenerateEvent = z.infer<typeof GenerateEvent>;
