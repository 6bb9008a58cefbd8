import { z } from "zod";
import { ChatMessage } from "./generation.ts";

/** A conversation short enough to be read beside the prompt it becomes. */
export const ChatPreviewRequest = z.strictObject({ model: z.string().min(1).max(4096), messages: z.array(ChatMessage).min(1).max(64) });
export type ChatPreviewRequest = z.infer<typeof ChatPreviewRequest>;

/** What a model's chat template makes of a conversation. */
export const ChatPreview = z.strictObject({
  template: z.string(),
  /** What the model is given, ready for its answer; the beginning of it where `leftOutCharacters` is above 0. */
  prompt: z.string(),
  leftOutCharacters: z.int().nonnegative(),
});
export type ChatPreview = z.infer<typeof ChatPreview>;

/** A licence's text as it lies beside the weights. */
export const Licence = z.strictObject({ file: z.string(), text: z.string(), bytes: z.int().nonnegative(), isWhole: z.boolean() });
export type Licence = z.infer<typeof Licence>;
