import { describe, expect, it } from "vitest";
import { speech as ar } from "../../renderer/texts/speech-ar.ts";
import { speech as en } from "../../renderer/texts/speech-en.ts";
import { speech as zhHans } from "../../renderer/texts/speech-zh-hans.ts";
import { createFormat } from "../../renderer/texts/format.ts";

const SPEECHES = { en, "zh-Hans": zhHans, ar } as const;
/** Answers any detail with something that can be told apart, so that each place in a sentence is seen. */
const anyDetails = new Proxy({}, { get: (_target, name) => (/Bytes|bytes|count|Ms$|Tokens|tokens|found$|allowed|devices|threads|limit$|waiting|index|processes|errors|switches|nodes|npuSmi|pci|disks|incompleteRows|vocabSize|neededTokens|seenElsewhere/.test(String(name)) ? 7 : `<${String(name)}>`) });

/** Every text of a tree, with its path; functions are called. */
function textsOf(tree: unknown, path = ""): (readonly [string, string])[] {
  if (typeof tree === "string") return [[path, tree]];
  if (typeof tree === "function") return [[path, String(tree(...["⟨1⟩", "⟨2⟩", "⟨3⟩", "⟨4⟩"].slice(0, tree.length)))]];
  return Object.entries(tree as object).flatMap(([key, value]) => textsOf(value, `${path}.${key}`));
}

describe.each(Object.entries(SPEECHES))("texts in %s", (language, { texts: common, playground, errors, notices }) => {
  const texts = { ...common, playground };
  const format = createFormat(language as "en", texts.units);

  it("no text is empty or left out, save the unit of bytes, which figures carry", () => {
    expect(textsOf(texts).filter(([path, text]) => text.trim() === "" && path !== ".jobs.unit.bytes")).toEqual([]);
  });

  it("every figure that is given is said", () => {
    const placesOf = (tree: typeof texts): Map<string, string> => new Map(textsOf(tree).filter(([, text]) => text.includes("⟨")).map(([path, text]) => [path, [...text.matchAll(/⟨\d⟩/g)].map(String).sort().join("")]));
    expect(placesOf(texts)).toEqual(placesOf({ ...en.texts, playground: en.playground }));
  });

  it("every error and finding says what and what next, in whole words", () => {
    for (const [code, text] of Object.entries(errors)) {
      const [what, next] = (text as (details: unknown, f: typeof format) => readonly [string, string])(anyDetails, format);
      expect(what.length, code).toBeGreaterThan(3);
      expect(next.length, code).toBeGreaterThan(3);
      expect(`${what} ${next}`, code).not.toMatch(code === "checkpoint.valueNotFinite" ? /undefined|\uFFFD/ : /undefined|\[object|NaN|\uFFFD/);
    }
    for (const [code, { says, next }] of Object.entries(notices)) {
      const what = (says as (details: unknown, f: typeof format, subject: string) => string)(anyDetails, format, "<subject>");
      expect(`${what} ${next}`, code).not.toMatch(/undefined|\[object|NaN|\uFFFD/);
      expect(next.length, code).toBeGreaterThan(3);
    }
  });

  it("is written in its own script", () => {
    if (language === "en") return;
    const script = language === "ar" ? /\p{Script=Arabic}/u : /\p{Script=Han}/u;
    const names = /^(CUDA|CANN|NNAL|NUMA|KL|MLP|CSV|JSON|Sallyport|Top-p|http:.*|#|\/media.*|⟨1⟩ \/ ⟨2⟩|⟨1⟩ × ⟨2⟩|⟨1⟩[:：] ?⟨2⟩|n = ⟨1⟩)$/;
    expect(textsOf(texts).filter(([, text]) => text.trim() !== "" && !script.test(text) && !names.test(text.replaceAll(/[\u2066-\u2069]/g, "")))).toEqual([]);
  });
});
