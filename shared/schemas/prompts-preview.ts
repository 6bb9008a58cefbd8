import { z } from "zod";

/** A file of prompts as a person looks at it before it is used. */
export const PromptsPreview = z.strictObject({
  file: z.string(),
  sha256: z.string(),
  count: z.int().positive(),
  /** The first few, each cut to a few lines; the last message of a conversation. */
  first: z.array(z.strictObject({ text: z.string(), messages: z.int().positive(), maxTokens: z.int().nullable() })),
});
export type PromptsPreview = z.infer<typeof PromptsPreview>;
