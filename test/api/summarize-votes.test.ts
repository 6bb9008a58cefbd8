import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LevelTexts } from "../../main/api/level-texts.ts";
import { summarizeVotes } from "../../main/api/summarize-votes.ts";
import { wilsonInterval } from "../../main/domain/statistics.ts";
import type { Contestant, Vote } from "../../shared/schemas/comparison.ts";

const A: Contestant = { kind: "package", name: "a", id: "pkg-a", digest: "a".repeat(64), recipe: "int4" };
const B: Contestant = { kind: "engine", name: "b", url: "http://b/v1", model: "m" };
const figures = { generatedTokens: 1, timeToFirstTokenMs: 1, tokensPerSecond: null };
const vote = (choice: Vote["choice"], isTurned = false): Vote => ({
  id: "vote-1", createdAt: "2026-01-01T00:00:00.000Z", promptDigest: "d", left: isTurned ? B : A, right: isTurned ? A : B, choice, maxTokens: 1,
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 }, figures: { left: figures, right: figures },
});
const times = (count: number, make: () => Vote): Vote[] => Array.from({ length: count }, make);

describe("Wilson's interval", () => {
  // statsmodels 0.14: proportion_confint(successes, trials, method="wilson")
  it.each([[8, 10, 0.4901625, 0.9433178], [0, 10, 0, 0.2775328], [50, 100, 0.4038315, 0.5961685], [1, 1, 0.2065493, 1]])("of %i in %i is what statsmodels gives", (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });
});

describe("votes", () => {
  it("count for whoever was chosen, on whichever side", () => {
    const [pair] = summarizeVotes([vote("left"), vote("right", true), vote("right"), vote("tie"), vote("bothBad", true)]);
    const winsOfA = pair?.first.name === "a" ? pair.firstWins : pair?.secondWins;
    expect(winsOfA).toBe(2);
    expect(pair).toMatchObject({ decided: 3, ties: 1, bothBad: 1, preferred: null });
  });

  it("show a difference only where the interval leaves out one half", () => {
    const preferred = (wins: number, losses: number): string | null => {
      const [pair] = summarizeVotes([...times(wins, () => vote("left")), ...times(losses, () => vote("right"))]);
      return pair?.preferred === "first" ? pair.first.name : pair?.preferred === "second" ? pair.second.name : null;
    };
    expect([preferred(3, 0), preferred(4, 0), preferred(0, 12), preferred(6, 4)]).toEqual([null, "a", "b", null]);
  });

  it("that decided nothing have neither share nor interval", () => {
    expect(summarizeVotes([vote("tie")])[0]).toMatchObject({ decided: 0, firstShare: null, interval: null, preferred: null });
    expect(summarizeVotes([])).toEqual([]);
  });
});

describe("texts at one pace", () => {
  it("come out whole, never further apart than one character's half until both have ended", () => {
    const pieces = fc.array(fc.record({ side: fc.constantFrom("left" as const, "right" as const), text: fc.string({ unit: "binary", maxLength: 8 }) }), { maxLength: 40 });
    fc.assert(fc.property(pieces, fc.boolean(), (sent, leftFirst) => {
      const level = new LevelTexts();
      const out = { left: "", right: "" };
      const take = (released: readonly { readonly side: "left" | "right"; readonly text: string }[]): void => {
        for (const { side, text } of released) out[side] += text;
      };
      for (const { side, text } of sent) {
        take(level.push(side, text));
        expect(Math.abs(out.left.length - out.right.length)).toBeLessThanOrEqual(1);
      }
      take(level.end(leftFirst ? "left" : "right"));
      expect(Math.abs(out.left.length - out.right.length)).toBeLessThanOrEqual(1);
      take(level.end(leftFirst ? "right" : "left"));
      for (const side of ["left", "right"] as const) expect(out[side]).toBe(sent.filter((piece) => piece.side === side).map(({ text }) => text).join(""));
    }));
  });
});
