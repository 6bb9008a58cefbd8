import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { byLikelihood } from "../../main/runtime/by-likelihood.ts";
import { JsonConstraint } from "../../main/runtime/json-constraint.ts";
import { createRandom } from "../../main/runtime/random.ts";
import { createSampler } from "../../main/runtime/sampler.ts";
import { loadTokenBytes } from "../../main/runtime/token-bytes.ts";
import { loadTokenizer } from "../../main/runtime/tokenizer.ts";

const files = createNodeFiles();
const sample = fileURLToPath(new URL("../../resources/sample/checkpoint/", import.meta.url));
const [tokenizer, table] = await Promise.all([loadTokenizer(files, sample), loadTokenBytes(files, sample)]);
const EOS = 1;
const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
const row = fc.array(fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -20, max: 20 }) }, { weight: 1, arbitrary: fc.constant(Number.NEGATIVE_INFINITY) }), { minLength: 2, maxLength: 300 }).filter((each) => each.some(Number.isFinite));

describe("ids by likelihood", () => {
  it("come as a full sort would order them, through every batch", () => {
    fc.assert(
      fc.property(row, fc.integer({ min: 1, max: 12 }), (numbers, copies) => {
        const scores = Float32Array.from(Array.from({ length: copies }, () => numbers).flat());
        const sorted = [...scores.keys()].filter((id) => scores[id] !== Number.NEGATIVE_INFINITY).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
        expect([...byLikelihood(scores)]).toEqual(sorted);
      }),
    );
  });
});

describe("a sampler that is told which tokens may come", () => {
  it("takes the likeliest of them when greedy", () => {
    fc.assert(
      fc.property(row, fc.integer({ min: 1, max: 50 }), (numbers, every) => {
        const logits = Float32Array.from(numbers);
        const allows = (id: number) => id % every === 1;
        const best = [...logits.keys()].filter((id) => allows(id) && logits[id] !== Number.NEGATIVE_INFINITY).sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b)[0];
        if (best === undefined) expect(() => createSampler(greedy).next(logits, [], allows)).toThrow(/constraintStuck/);
        else expect(createSampler(greedy).next(logits, [], allows)).toBe(best);
      }),
    );
  });

  it("asks of one token only when the likeliest is allowed", () => {
    const logits = Float32Array.from({ length: 129_280 }, (_, id) => Math.sin(id));
    let asked = 0;
    createSampler(greedy).next(logits, [], () => ++asked > 0);
    createSampler({ ...greedy, temperature: 1, topP: 0.9, seed: 1 }).next(logits, [], () => ++asked > 0);
    expect(asked).toBe(2);
  });

  // With the likeliest class of tokens among the allowed a draw is soon taken; without it, often all that are left have to be asked.
  it.each([[[0, 9, 18, 7, 39]], [[0, 9, 18, 27, 36]]])("draws %j by their probabilities among each other, within what chance allows", (allowed) => {
    const logits = Float32Array.from({ length: 40 }, (_, id) => (id % 8) / 2);
    const sampler = createSampler({ ...greedy, temperature: 1, seed: 11 });
    const draws = 20_000;
    const counts = new Map<number, number>();
    for (let i = 0; i < draws; i++) {
      const id = sampler.next(logits, [], (each) => allowed.includes(each));
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const weights = allowed.map((id) => Math.exp(logits[id] as number));
    const sum = weights.reduce((a, b) => a + b);
    const chiSquare = allowed.reduce((total, id, i) => total + ((counts.get(id) ?? 0) - (draws * (weights[i] as number)) / sum) ** 2 / ((draws * (weights[i] as number)) / sum), 0);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([...allowed].sort((a, b) => a - b));
    // 99.9 % of fair samples of four degrees of freedom stay below 18.5; the seed is fixed.
    expect(chiSquare).toBeLessThan(18.5);
  });

  it("takes the likeliest allowed one of all where the filters left none", () => {
    const sampler = createSampler({ ...greedy, temperature: 1, topK: 2, seed: 3 });
    for (let i = 0; i < 20; i++) expect(sampler.next(Float32Array.of(9, 8, 1, 3, 2), [], (id) => id >= 2)).toBe(3);
  });

  it("says so when no token at all is allowed", () => {
    for (const temperature of [0, 1]) expect(() => createSampler({ ...greedy, temperature, seed: 1 }).next(Float32Array.of(1, 2), [], () => false)).toThrow(/constraintStuck/);
  });
});

/** A model of no sense at all: random logits, leaning to the tokens of JSON's punctuation so that values also end. */
function babble(seed: number, temperature: number, limit: number): { ids: number[]; complete: boolean } {
  const random = createRandom(seed);
  const constraint = new JsonConstraint(table, [EOS]);
  const sampler = createSampler({ ...greedy, temperature, seed });
  const closing = ['"', "}", "]", "}}", '"}', ":", '",'].flatMap((text) => tokenizer.encode(text, { addSpecialTokens: false }));
  const ids: number[] = [];
  for (;;) {
    const logits = Float32Array.from({ length: 4224 }, () => random() * 8);
    for (const id of closing) logits[id] = random() * 14;
    const id = sampler.next(logits, ids, (each) => constraint.allows(each));
    if (id === EOS) return { ids, complete: constraint.complete };
    constraint.push(id);
    ids.push(id);
    if (ids.length === limit) return { ids, complete: constraint.complete };
  }
}

describe("an answer held to JSON", () => {
  it("parses to an object, whatever the model wants, and ends by the end token alone", () => {
    let ended = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { ids, complete } = babble(seed, seed % 2, 400);
      if (!complete) continue;
      ended++;
      const value: unknown = JSON.parse(tokenizer.decode(ids));
      expect(typeof value === "object" && value !== null && !Array.isArray(value)).toBe(true);
    }
    expect(ended).toBeGreaterThan(20);
  });

  it("lets every tokenization of an object by, and then only the end", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 3 })), fc.constantFrom(undefined, 2), (value, indent) => {
        const constraint = new JsonConstraint(table, [EOS]);
        for (const id of tokenizer.encode(JSON.stringify(value, null, indent), { addSpecialTokens: false })) {
          expect(constraint.complete).toBe(false);
          expect(constraint.allows(EOS)).toBe(false);
          constraint.push(id);
        }
        expect(constraint.complete).toBe(true);
        expect(Array.from({ length: 4224 }, (_, id) => id).filter((id) => constraint.allows(id))).toEqual([EOS]);
        constraint.push(EOS);
      }),
      { numRuns: 50 },
    );
  });

  it("never takes special tokens, tokens that write nothing, or ids past the table", () => {
    const texts = ["", '{"a', null, "}", '":1'].map((text) => (text === null ? null : new TextEncoder().encode(text)));
    const constraint = new JsonConstraint({ size: texts.length, of: (id) => texts[id] ?? null }, []);
    expect([0, 1, 2, 3, 4, 5].map((id) => constraint.allows(id))).toEqual([false, true, false, false, false, false]);
    expect(() => constraint.push(3)).toThrow(/constraintStuck/);
    constraint.push(1);
    // Inside the key every text but an empty or special one may come.
    expect([0, 1, 2, 3, 4].map((id) => constraint.allows(id))).toEqual([false, false, false, true, true]);
    constraint.push(4);
    constraint.push(3);
    expect(constraint.complete).toBe(true);
    expect([0, 1, 2, 3, 4].some((id) => constraint.allows(id))).toBe(false);
  });
});
