import type { CompletionRequest } from "../../domain/completion.ts";

/** What a request asks for, whichever endpoint it came to. Choices are numbered prompt by prompt: prompt × sequencesPerPrompt + copy. */
export interface SequencePlan {
  readonly model: string;
  readonly promptCount: number;
  readonly sequencesPerPrompt: number;
  sequence(prompt: number, copy: number): CompletionRequest;
  /** null: one answer at the end. */
  readonly stream: { readonly includeUsage: boolean } | null;
}
