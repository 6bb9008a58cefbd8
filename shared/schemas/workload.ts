import { z } from "zod";

export const WORKLOAD_NAMES = ["chat", "document", "writing", "preamble"] as const;
export const WorkloadName = z.enum(WORKLOAD_NAMES);
export type WorkloadName = z.infer<typeof WorkloadName>;

export interface Workload {
  /** About; each contestant's own tokenizer counts, and a chat template adds its own. */
  readonly promptTokens: number;
  /** To the last: the end of the text is passed over where the engine lets it be. */
  readonly answerTokens: number;
  /** Of the prompt, from its beginning: the same in every prompt, as a system message or retrieved documents are. */
  readonly sharedTokens: number;
  /** What it stands for. */
  readonly why: string;
}

/** What people do with a model. Texts are made, and no two prompts begin alike, except in "preamble", which is there to show what a kept beginning is worth. */
export const WORKLOADS = {
  chat: { promptTokens: 128, answerTokens: 64, sharedTokens: 0, why: "a short question, an answer of a paragraph" },
  document: { promptTokens: 1024, answerTokens: 64, sharedTokens: 0, why: "much to read, little to say: prefill decides" },
  writing: { promptTokens: 64, answerTokens: 256, sharedTokens: 0, why: "little to read, much to say: decode decides" },
  preamble: { promptTokens: 640, answerTokens: 64, sharedTokens: 512, why: "questions behind one long preamble, as with retrieved documents: keeping its beginning decides" },
} as const satisfies Record<WorkloadName, Workload>;
