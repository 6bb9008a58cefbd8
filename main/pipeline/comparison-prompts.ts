import type { ComparisonReport } from "../../shared/schemas/report.ts";
import { WORKLOADS, type WorkloadName } from "../../shared/schemas/workload.ts";
import { madeText } from "../benchmark/made-text.ts";
import type { AskedPrompt } from "../benchmark/parse-prompts.ts";
import type { CompletionPrompt } from "../domain/completion.ts";

export type PromptForm = ComparisonReport["workload"]["form"];

/** What is asked at a place of the comparison, alike of everybody. */
export interface ComparisonPrompts {
  /** In a round. */
  readonly count: number;
  /** Answers go on behind the end of the text: equal work. A person's own prompts are answered as they are. */
  readonly ignoreEnd: boolean;
  /** What the beginning of a prompt leaves in a package's cache stays for the next. */
  readonly keepsBeginnings: boolean;
  at(place: { readonly round: number; readonly prompt: number }): { readonly prompt: CompletionPrompt; readonly maxTokens: number };
}

/** @param countTokens of a text, by the first package; a word of English is about one and a third where there is none */
export function workloadPrompts(name: WorkloadName, form: PromptForm, seed: number, countTokens: (text: string) => number): ComparisonPrompts {
  const { promptTokens, answerTokens, sharedTokens } = WORKLOADS[name];
  const shared = sharedTokens === 0 ? "" : `${textOf(sharedTokens, seed, countTokens)} `;
  return {
    count: 1, ignoreEnd: true, keepsBeginnings: sharedTokens > 0,
    // A seed of its own for each round; the shared part has the comparison's.
    at: ({ round }) => ({ prompt: inForm(`${shared}${textOf(promptTokens - sharedTokens, seed + 1 + round, countTokens)}`, form), maxTokens: answerTokens }),
  };
}

export function ownPrompts(asked: readonly AskedPrompt[], form: PromptForm, answerTokens: number): ComparisonPrompts {
  return {
    count: asked.length, ignoreEnd: false, keepsBeginnings: false,
    at: ({ prompt: place }) => {
      const { prompt, maxTokens } = asked[place - 1] as AskedPrompt;
      return { prompt: prompt.kind === "chat" ? prompt : inForm(prompt.text, form), maxTokens: maxTokens ?? answerTokens };
    },
  };
}

function inForm(text: string, form: PromptForm): CompletionPrompt {
  return form === "text" ? { kind: "text", text } : { kind: "chat", messages: [{ role: "user", content: text }] };
}

/** As many words as make about so many tokens: two corrections by the ratio, for tokens a word hardly vary in text of one kind. */
function textOf(tokens: number, seed: number, countTokens: (text: string) => number): string {
  let words = Math.max(1, Math.round(tokens / 1.33));
  for (let correction = 0; correction < 2; correction++) words = Math.max(1, Math.round((words * tokens) / Math.max(1, countTokens(madeText(words, seed)))));
  return madeText(words, seed);
}
