import { readFileSync, writeFileSync } from "node:fs";

/**
 * Multiple-choice items from the sample's held-out text: a passage, the words that follow it, and three times as many words that stand elsewhere in the
 * same neighbourhood. node test/bench/lm-eval/make-items.ts [items.jsonl] [count]
 */
const [out = "items.jsonl", count = "160"] = process.argv.slice(2);
const words = readFileSync(new URL("../../../resources/sample/eval.txt", import.meta.url), "utf8").split(/\s+/);
const CONTEXT_WORDS = 24;
const CHOICE_WORDS = 4;

const total = Number(count);
const stride = Math.floor((words.length - 400) / total);
let state = 20240607;
/** Numerical Recipes' generator: the same items on every machine. */
const random = (below: number): number => Math.floor(((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * below);

const lines = Array.from({ length: total }, (_, item) => {
  const start = item * stride;
  const at = start + CONTEXT_WORDS;
  const choice = (from: number): string => ` ${words.slice(from, from + CHOICE_WORDS).join(" ")}`;
  const right = choice(at);
  const choices = [right];
  while (choices.length < 4) {
    const wrong = choice(at + CHOICE_WORDS + random(300));
    if (!choices.includes(wrong)) choices.push(wrong);
  }
  const answer = random(4);
  [choices[0], choices[answer]] = [choices[answer] as string, right];
  return JSON.stringify({ context: words.slice(start, at).join(" "), choices, answer });
});
writeFileSync(out, `${lines.join("\n")}\n`);
console.log(`${lines.length} items in ${out}`);
