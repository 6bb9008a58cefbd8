import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterCompareEvent, afterGenerateEvent, cutShort, type Exchange, historyOf, isOver, isVotable, newExchange, withAnswer } from "../../../renderer/views/playground/conversation.ts";
import { safeLines } from "../../../renderer/views/playground/safe-lines.ts";
import { wordDifferences } from "../../../renderer/views/playground/word-differences.ts";

const said = (exchange: Exchange, place: number, text: string): Exchange => withAnswer(exchange, place, (answer) => ({ ...afterGenerateEvent(answer, { kind: "text", text }), state: { kind: "done" } }));
const content = (exchanges: readonly Exchange[], reference: string, place = 0): string[] => historyOf(exchanges, reference, place).map((message) => message.content);

describe("what a contestant has heard", () => {
  const first = said(said(newExchange(0, "two", "q1", ["a", "b"]), 0, "a1"), 1, "b1");

  it("is its own answers, on whichever side it sat", () => {
    const second = said(newExchange(1, "one", "q2", ["b"]), 0, "b2");
    expect(content([first, second], "b")).toEqual(["q1", "b1", "q2", "b2"]);
    expect(content([first, second], "a")).toEqual(["q1", "a1"]);
    expect(content([first, second], "c")).toEqual([]);
  });

  it("of one against itself is by side", () => {
    const twice = said(said(newExchange(0, "two", "q", ["a", "a"]), 0, "left"), 1, "right");
    expect([content([twice], "a", 0), content([twice], "a", 1)]).toEqual([["q", "left"], ["q", "right"]]);
  });

  it("leaves out blind exchanges and questions whose answer was cut short", () => {
    const blind = said(said(newExchange(1, "blind", "q2", ["a", "b"]), 0, "x"), 1, "y");
    const stopped = cutShort(newExchange(2, "one", "q3", ["a"]), { kind: "stopped" });
    expect(content([first, blind, stopped], "a")).toEqual(["q1", "a1"]);
  });
});

describe("a blind exchange", () => {
  const seated = afterCompareEvent(newExchange(0, "blind", "q", ["a", "b"]), { kind: "seated", comparison: "cmp-1", contestants: null });

  it("asks for a vote only once both have ended", () => {
    const halfway = afterCompareEvent(seated, { kind: "side", side: "left", event: { kind: "text", text: "x" } });
    expect([isOver(halfway), isVotable(halfway)]).toEqual([false, false]);
    const over = afterCompareEvent(halfway, { kind: "over", contestants: null });
    expect([isOver(over), isVotable(over)]).toEqual([true, true]);
    expect(isVotable(cutShort(halfway, { kind: "stopped" }))).toBe(false);
  });

  it("is opened by a failure, and then takes no vote", () => {
    const contestants = ["a", "b"].map((name) => ({ kind: "engine" as const, name, url: "http://x/v1", model: "m" })) as [never, never];
    const over = afterCompareEvent(afterCompareEvent(seated, { kind: "failed", side: "right", error: { code: "engine.cutOff", details: {} } }), { kind: "over", contestants });
    expect(over.answers.map(({ state }) => state.kind)).toEqual(["stopped", "failed"]);
    expect([over.seated, isVotable(over)]).toEqual([contestants, false]);
  });
});

describe("differences by word", () => {
  it("are whole words, in scripts with and without spaces", () => {
    const own = (left: string, right: string, language: string): string[][] => {
      const found = wordDifferences(left, right, language);
      return [found?.left ?? [], found?.right ?? []].map((side) => side.filter(({ isOwn }) => isOwn).map(({ text }) => text));
    };
    expect(own("a small gate", "a large gate", "en")).toEqual([["small"], ["large"]]);
    expect(own("这是一个大门", "这是一个小门", "zh-Hans").flat().join("")).toMatch(/大.*小/);
    expect(own("بوابة صغيرة", "بوابة كبيرة", "ar")).toEqual([["صغيرة"], ["كبيرة"]]);
  });

  it("put together are the two texts", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 60 });
    fc.assert(fc.property(text, text, (left, right) => {
      const found = wordDifferences(left, right, "en");
      expect([found?.left.map((part) => part.text).join(""), found?.right.map((part) => part.text).join("")]).toEqual([left, right]);
    }));
  });

  it("of two long texts with nothing in common are given up in time", () => {
    const words = (seed: number): string => Array.from({ length: 20_000 }, (_, at) => `w${(at * seed) % 99_991}`).join(" ");
    const started = performance.now();
    expect(wordDifferences(words(7), words(13), "en")).toBeNull();
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("a model's words in the page", () => {
  it("cannot turn the direction or hide; letters that need joining and emoji stay whole", () => {
    expect(safeLines("a\u202Eb\u2066c\u0007\u001B[2J")).toBe("a\uFFFDb\uFFFDc\uFFFD\uFFFD[2J");
    expect(safeLines("می\u200Cخواهم 👩\u200D🔬\n\tend")).toBe("می\u200Cخواهم 👩\u200D🔬\n\tend");
  });
});
