import { describe, expect, it } from "vitest";
import type { Engine } from "../../main/domain/engine.ts";
import { compareAnswers } from "../../main/evaluate/compare-answers.ts";

/** Answers with what it was given for a prompt's first token, up to a stop token, as an engine does. */
function engineSaying(answers: Readonly<Record<number, readonly number[]>>): Engine {
  return {
    reset: async () => {},
    async *generate({ promptIds, maxTokens, stopTokenIds }: Parameters<Engine["generate"]>[0]) {
      yield { kind: "prefill", done: 1, total: 1, cachedTokens: 0 };
      for (const id of (answers[promptIds[0] ?? 0] ?? []).slice(0, maxTokens)) {
        if (stopTokenIds.includes(id)) return;
        yield { kind: "token", id, ms: 1 };
      }
    },
  } as unknown as Engine;
}

const WORDS = ["<end>", "a", "b", "c", "😀", "😁"];
const compare = (expected: Record<number, number[]>, found: Record<number, number[]>, generateTokens = 8) => compareAnswers({
  engine: engineSaying(found), against: engineSaying(expected), prompts: Object.keys(expected).map((id) => ({ text: `prompt ${id}`, ids: [Number(id)] })), generateTokens, stopTokenIds: [0],
  decode: (ids) => ids.map((id) => WORDS[id]).join(""), onProgress: () => {}, signal: new AbortController().signal,
});

describe("answers of two packages", () => {
  it("are told apart at their first different token, in tokens and in characters", async () => {
    const { pairs, changed, sharedTokens } = await compare({ 1: [1, 2, 3, 1], 2: [1, 1, 1], 3: [2] }, { 1: [1, 2, 1, 1], 2: [1, 1, 1], 3: [3] });
    expect(pairs.map(({ expected, found, sharedCharacters, firstDifferentToken }) => [expected, found, sharedCharacters, firstDifferentToken])).toEqual([["abca", "abaa", 2, 2], ["aaa", "aaa", 3, null], ["b", "c", 0, 0]]);
    expect(changed).toMatchObject({ n: 3, mean: 2 / 3 });
    expect(sharedTokens).toMatchObject({ n: 3, minimum: 0, median: 2, maximum: 3 });
  });

  it("differ where one ends earlier, and the token that ends it is no part of it", async () => {
    const { pairs } = await compare({ 1: [1, 2, 0, 3] }, { 1: [1, 2, 3, 0] });
    expect(pairs[0]).toMatchObject({ expected: "ab", found: "abc", firstDifferentToken: 2, sharedCharacters: 2 });
  });

  it("are never cut in the middle of a character of two units", async () => {
    const { pairs } = await compare({ 1: [1, 4] }, { 1: [1, 5] });
    expect(pairs[0]).toMatchObject({ sharedCharacters: 1 });
    expect("a😀".slice(0, 2)).not.toBe("a");
  });
});
