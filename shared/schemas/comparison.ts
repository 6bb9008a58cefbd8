import { z } from "zod";
import { ChatMessage, GenerateEvent, Sampling } from "./generation.ts";
import { ErrorRecordSchema } from "./job.ts";

export const SIDES = ["left", "right"] as const;
export const Side = z.enum(SIDES);
export type Side = z.infer<typeof Side>;

/** Who answered, by what stays the same when names change: a package's digest, an engine's address and model. */
export const Contestant = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("package"), name: z.string(), id: z.string(), digest: z.string(), recipe: z.string() }),
  z.strictObject({ kind: z.literal("engine"), name: z.string(), url: z.string(), model: z.string() }),
]);
export type Contestant = z.infer<typeof Contestant>;

export const CompareRequest = z.strictObject({
  /** Packages, or "engine:NAME"; each with its own conversation, because each gave its own answers. */
  contestants: z.tuple([
    z.strictObject({ model: z.string().min(1).max(4096), messages: z.array(ChatMessage).min(1).max(10_000) }),
    z.strictObject({ model: z.string().min(1).max(4096), messages: z.array(ChatMessage).min(1).max(10_000) }),
  ]),
  maxTokens: z.int().min(1).max(1 << 20).default(256),
  sampling: Sampling,
  threads: z.int().min(1).max(256).optional(),
  /** The sides are drawn by lot and nothing tells which is which until a vote; both get the first one's messages. */
  blind: z.boolean().default(false),
});
export type CompareRequest = z.infer<typeof CompareRequest>;

/*
 * seated → (left | right)* → over. A side ends with its `end` or with `failed`; the other goes on.
 * Blind: text alone, the same length on both sides, until both have ended; a failure opens the comparison.
 */
export const CompareEvent = z.discriminatedUnion("kind", [
  /** contestants: left, right; null while it is blind. */
  z.strictObject({ kind: z.literal("seated"), comparison: z.string(), contestants: z.tuple([Contestant, Contestant]).nullable() }),
  z.strictObject({ kind: z.literal("side"), side: Side, event: GenerateEvent }),
  z.strictObject({ kind: z.literal("failed"), side: Side, error: ErrorRecordSchema }),
  /** contestants: null where a vote is asked for. */
  z.strictObject({ kind: z.literal("over"), contestants: z.tuple([Contestant, Contestant]).nullable() }),
]);
export type CompareEvent = z.infer<typeof CompareEvent>;

export const VOTE_CHOICES = ["left", "right", "tie", "bothBad"] as const;
export const VoteChoice = z.enum(VOTE_CHOICES);
export type VoteChoice = z.infer<typeof VoteChoice>;

/** What was measured of one side; shown only after the vote. */
const SideFigures = z.strictObject({ generatedTokens: z.int(), timeToFirstTokenMs: z.number(), tokensPerSecond: z.number().nullable() });

export const Vote = z.strictObject({
  id: z.string(),
  createdAt: z.iso.datetime(),
  /** SHA-256 of the messages as JSON: the same prompt is recognised, its words are not kept. */
  promptDigest: z.string(),
  left: Contestant,
  right: Contestant,
  choice: VoteChoice,
  sampling: Sampling,
  maxTokens: z.int(),
  figures: z.strictObject({ left: SideFigures, right: SideFigures }),
});
export type Vote = z.infer<typeof Vote>;

/** All votes between two contestants. Shares and interval are of `first` among the votes that chose one of the two. */
export const PairSummary = z.strictObject({
  first: Contestant,
  second: Contestant,
  firstWins: z.int(),
  secondWins: z.int(),
  ties: z.int(),
  bothBad: z.int(),
  /** firstWins + secondWins. */
  decided: z.int(),
  /** null where nothing was decided. */
  firstShare: z.number().nullable(),
  /** Wilson's score interval, 95 %. */
  interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  /** Whose answers were preferred, where the interval leaves out one half. */
  preferred: z.enum(["first", "second"]).nullable(),
});
export type PairSummary = z.infer<typeof PairSummary>;
