import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ModelPackage } from "../../main/domain/model-package.ts";
import { checkModelParity } from "../../main/pipeline/check-parity.ts";
import { generateText } from "../../main/pipeline/generate-text.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { measureModelPerplexity } from "../../main/pipeline/measure-perplexity.ts";
import { openModelPackage } from "../../main/pipeline/open-model-package.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import type { GenerateEvent } from "../../shared/schemas/generation.ts";
import { createTestJobContext } from "./test-job-context.ts";

/** transformers' answers for the bundled checkpoint (test/sample/make_expected.py). */
const resources = fileURLToPath(new URL("../../resources/sample/", import.meta.url));
const expected = JSON.parse(readFileSync(new URL("../sample/expected.json", import.meta.url), "utf8"));
const context = createTestJobContext();
let model: ModelPackage;

beforeAll(async () => {
  const directory = path.join(resources, "checkpoint");
  const imported = await importModel(context, { directory, name: "sample", mode: "inPlace", to: "" });
  const to = path.join(context.directory, "sample-f32");
  await quantizeModel(context, { checkpoint: { directory, digest: imported.digest, name: "sample" }, recipe: findPreset("f32"), name: "sample-f32", to, threads: 2 });
  model = await openModelPackage(context.files, to);
});
afterAll(() => context.dispose());

const request = { model: "", maxTokens: 64, sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 }, stop: [] };

async function run(changes: object): Promise<{ text: string; end: Extract<GenerateEvent, { kind: "end" }> }> {
  let text = "";
  for await (const event of generateText(context, { ...request, ...changes, package: model })) {
    if (event.kind === "text") text += event.text;
    if (event.kind === "end") return { text, end: event };
  }
  throw new Error("the stream had no end");
}

it("has transformers' perplexity over the whole held-out text, to half a percent", async () => {
  const report = await measureModelPerplexity(context, { model, against: null, textFile: path.join(resources, "eval.txt"), windowTokens: expected.perplexity.window, threads: 2 });
  expect(report.text.windows).toBe(expected.perplexity.windows);
  expect(report.text.predictions).toBe(expected.perplexity.predictions);
  expect(Math.abs(report.perplexity / expected.perplexity.perplexity - 1)).toBeLessThan(0.005);
});

it("continues greedily as transformers does, and streams the same text", async () => {
  const { text, end } = await run({ prompt: expected.greedy.prompt });
  expect(end.promptTokens).toBe(expected.greedy.prompt_ids.length);
  expect(end.tokenIds).toEqual(expected.greedy.ids);
  expect(text).toBe(expected.greedy.text);
});

it("answers transformers' logits", async () => {
  const report = await checkModelParity(context, { model, expected: fileURLToPath(new URL("../sample/expected.safetensors", import.meta.url)), chunkTokens: null });
  expect(report).toMatchObject({ passed: true, ropeFrequencies: "float32", firstDivergingToken: null });
});

it("stops before a stop string and says so", async () => {
  const { text, end } = await run({ prompt: expected.greedy.prompt, stop: ["authorizer"] });
  expect(end.reason).toBe("stop");
  expect(expected.greedy.text.startsWith(text)).toBe(true);
  expect(text.length).toBe(expected.greedy.text.indexOf("authorizer"));
});

it("encodes a chat as transformers renders it", async () => {
  const { end } = await run({ messages: expected.chat.messages, maxTokens: 4 });
  expect(end.promptTokens).toBeGreaterThan(10);
});

it("refuses a prompt longer than the context, with the numbers", async () => {
  await expect(run({ prompt: "select ".repeat(4000) })).rejects.toMatchObject({ code: "runtime.contextExceeded", details: { limitTokens: model.manifest.spec.maxPositions } });
});

it("ends when the context is full", async () => {
  const words = "a b c d e f g h ";
  const { end } = await run({ prompt: words.repeat(127), maxTokens: 100_000 });
  expect(end.reason).toMatch(/context|eos/);
});

it("is cancelled between two tokens", async () => {
  const controller = new AbortController();
  const stream = generateText({ ...context, signal: controller.signal }, { ...request, prompt: "The", maxTokens: 1000, package: model });
  let tokens = 0;
  await expect(async () => {
    for await (const event of stream) if (event.kind === "text" && ++tokens === 3) controller.abort();
  }).rejects.toMatchObject({ name: "AbortError" });
  expect(tokens).toBeLessThan(100);
});
