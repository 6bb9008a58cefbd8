import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { renderChat } from "../../main/runtime/chat-template.ts";
import { createSampler } from "../../main/runtime/sampler.ts";
import { StopStrings } from "../../main/runtime/stop-strings.ts";
import { loadTokenizer } from "../../main/runtime/tokenizer.ts";

const checkpoint = fileURLToPath(new URL("../../resources/sample/checkpoint/", import.meta.url));
const expected = JSON.parse(readFileSync(new URL("../sample/expected.json", import.meta.url), "utf8"));
const tokenizer = await loadTokenizer(createNodeFiles(), checkpoint);

describe("the sample's tokenizer", () => {
  it.each(expected.tokens as { text: string; ids: number[] }[])("gives transformers' ids: $text", ({ text, ids }) => {
    expect(tokenizer.encode(text, { addSpecialTokens: false })).toEqual(ids);
  });

  it("gives a text back token by token, no character before it is whole", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const ids = tokenizer.encode(text, { addSpecialTokens: false });
        const decoder = tokenizer.createDecoder();
        const pieces = ids.map((id) => decoder.push(id));
        const streamed = pieces.join("") + decoder.flush();
        expect(streamed).toBe(tokenizer.decode(ids));
        if (!text.includes("\uFFFD")) for (const piece of pieces) expect(piece).not.toContain("\uFFFD");
      }),
      { numRuns: 300 },
    );
  });

  it("writes bytes that never become a character as U+FFFD, and goes on", () => {
    const [half] = tokenizer.encode("é", { addSpecialTokens: false }) as [number];
    const plain = tokenizer.encode("abc def", { addSpecialTokens: false });
    const decoder = tokenizer.createDecoder();
    const ids = [half, half, half, half, half, half, ...plain];
    const text = ids.map((id) => decoder.push(id)).join("") + decoder.flush();
    expect(text).toBe(tokenizer.decode(ids));
  });
});

const chat = { model: "sample", bosToken: tokenizer.bosToken, eosToken: tokenizer.eosToken, messages: expected.chat.messages, addGenerationPrompt: true };

describe("a chat template", () => {
  it("renders as transformers renders it", async () => {
    const template = readFileSync(`${checkpoint}/chat_template.jinja`, "utf8");
    expect(await renderChat({ ...chat, template })).toBe(expected.chat.rendered);
  });

  it.each([
    ["loops for ever", "{% for i in range(1000000000) %}{% for j in range(1000000000) %}{{ i }}{% endfor %}{% endfor %}", /memory|still running|heap|length/i],
    ["doubles a string until memory ends", "{% set ns = namespace(s='x') %}{% for i in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}", /memory|length|heap/i],
    ["raises", "{{ raise_exception('only one system message') }}", /only one system message/],
    ["does not parse", "{% if %}", /./],
    ["calls what is not there", "{{ process.exit(1) }}", /process|undefined|function/i],
  ] as const)("that %s fails, and takes nothing with it", async (_, template, reason) => {
    await expect(renderChat({ ...chat, template })).rejects.toMatchObject({ code: "runtime.templateFailed", details: { reason: expect.stringMatching(reason) } });
  }, 30_000);
});

describe("stop strings", () => {
  it("end the text where a search of the whole would, however it is cut", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 }), { maxLength: 3 }), fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (whole, stops, lengths) => {
        const watcher = new StopStrings(stops);
        let shown = "";
        let stopped = false;
        for (let at = 0; at < whole.length && !stopped; ) {
          const length = lengths.next().value as number;
          const result = watcher.push(whole.slice(at, at + length));
          shown += result.text;
          stopped = result.stopped;
          at += length;
        }
        if (!stopped) shown += watcher.flush();
        const cuts = stops.map((stop) => whole.indexOf(stop)).filter((index) => index >= 0);
        // A longer stop may begin before the shorter one that ended first; what is shown never passes either.
        expect(whole.startsWith(shown)).toBe(true);
        if (cuts.length === 0) expect(shown).toBe(whole);
        else expect(stopped && stops.every((stop) => !shown.includes(stop))).toBe(true);
      }),
    );
  });
});

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

describe("the sampler", () => {
  it("is greedy at temperature 0, the lowest id on a tie", () => {
    expect(createSampler(greedy).next(Float32Array.of(1, 3, 3, 2), [])).toBe(1);
  });

  it("draws what the softmax says, within what chance allows", () => {
    const logits = Float32Array.of(0, 1, 2, Number.NEGATIVE_INFINITY);
    const sampler = createSampler({ ...greedy, temperature: 1, seed: 7 });
    const counts = [0, 0, 0, 0];
    const draws = 20_000;
    for (let i = 0; i < draws; i++) counts[sampler.next(logits, [])]!++;
    const weights = [1, Math.E, Math.E ** 2];
    const sum = weights.reduce((a, b) => a + b);
    const chiSquare = weights.reduce((total, weight, i) => total + ((counts[i] as number) - (draws * weight) / sum) ** 2 / ((draws * weight) / sum), 0);
    // 99.9 % of fair samples of two degrees of freedom stay below 13.8; the seed is fixed.
    expect(chiSquare).toBeLessThan(13.8);
    expect(counts[3]).toBe(0);
  });

  it("draws only what top-k, top-p and min-p leave", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }).map((n) => n / 10), { minLength: 2, maxLength: 50 }), fc.integer({ min: 0, max: 10 }), fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (numbers, topK, topP, minP, seed) => {
        const logits = Float32Array.from(numbers);
        const id = createSampler({ ...greedy, temperature: 1, topK, topP, minP, seed }).next(logits, []);
        const order = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number));
        const kth = topK > 0 && topK < logits.length ? (logits[order[topK - 1] as number] as number) : Number.NEGATIVE_INFINITY;
        const kept = order.filter((i) => (logits[i] as number) >= kth);
        const total = kept.reduce((sum, i) => sum + Math.exp(logits[i] as number), 0);
        let before = 0;
        for (const i of kept) {
          if ((logits[i] as number) === (logits[id] as number)) break; // ties: whichever of them was drawn
          before += Math.exp(logits[i] as number) / total;
        }
        expect(kept).toContain(id);
        expect(before).toBeLessThan(topP + 1e-9);
        expect(Math.exp((logits[id] as number) - (logits[order[0] as number] as number))).toBeGreaterThanOrEqual(minP - 1e-9);
      }),
    );
  });

  it("gives the same tokens for the same seed", () => {
    const logits = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));
    const run = (seed: number) => {
      const sampler = createSampler({ ...greedy, temperature: 1, seed });
      return Array.from({ length: 20 }, () => sampler.next(logits, []));
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });

  it("makes seen tokens less likely, whatever the sign of their logit", () => {
    const sampler = createSampler({ ...greedy, repetitionPenalty: 2 });
    expect(sampler.next(Float32Array.of(3, 2), [0])).toBe(1);
    expect(sampler.next(Float32Array.of(-3, -4), [0])).toBe(1);
  });

  it("says so when the logits are no numbers", () => {
    expect(() => createSampler(greedy).next(Float32Array.of(Number.NaN, Number.NaN), [])).toThrow(/engineFailed/);
    expect(() => createSampler({ ...greedy, temperature: -1 })).toThrow(/samplingInvalid/);
  });
});
