import { z } from "zod";

/** As it is typed in commands and stands in "engine:NAME". */
export const ENGINE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** How a contestant is told that is no package: "engine:" and its name. */
export const ENGINE_PREFIX = "engine:";

const url = z.string().min(1).max(2048);
const model = z.string().min(1).max(4096);

/** An engine elsewhere that a person named: a server with the OpenAI HTTP API. Its key is kept apart and never shown. */
export const RemoteEngine = z.strictObject({
  name: z.string().regex(ENGINE_NAME),
  /** Ends before "/chat/completions". */
  url,
  /** What the server calls it. */
  model,
  hasKey: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type RemoteEngine = z.infer<typeof RemoteEngine>;

/** A line of visible ASCII: what a header can carry. */
const key = z.string().regex(/^[\x21-\x7e]{1,4096}$/, { error: "must be one line of letters, digits and signs" });

export const EngineAddRequest = z.strictObject({
  name: z.string().min(1).max(200),
  /** With or without /v1. */
  url,
  /** Absent: the one model that the server offers. */
  model: model.optional(),
  key: key.optional(),
});
export type EngineAddRequest = z.infer<typeof EngineAddRequest>;

/** One that is named, or an address before it gets a name. */
export const EngineCheckRequest = z.union([z.strictObject({ engine: z.string().min(1).max(200) }), z.strictObject({ url, key: key.optional() })]);
export type EngineCheckRequest = z.infer<typeof EngineCheckRequest>;

export const EngineCheck = z.strictObject({
  url,
  /** What the server offers, as it listed them. */
  models: z.array(z.string()),
  /** Whether the named engine's model is among them; null for an address without a name. */
  isModelOffered: z.boolean().nullable(),
  elapsedMs: z.number(),
});
export type EngineCheck = z.infer<typeof EngineCheck>;
