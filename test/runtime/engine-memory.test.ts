import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine } from "../../main/domain/engine.ts";
import { compileModel, PACKING_GROUP_BYTES } from "../../main/pipeline/compile-model.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { openModelPackage } from "../../main/pipeline/open-model-package.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import { createOnnxEngine } from "../../main/runtime/onnx-engine.ts";
import { createWeightPacker } from "../../main/runtime/weight-packer.ts";
import { createTestJobContext } from "../pipeline/test-job-context.ts";

/** What garbage collection and allocators may hold between two looks; 2,000 tokens of leaked rows or logits would be many times that. */
const NOISE_BYTES = 48 * 2 ** 20;
const CACHE_BYTES = 8 * 2 ** 20;

const entry = fileURLToPath(new URL("../../main/hosts/engine/engine-process.ts", import.meta.url));
const context = createTestJobContext();
let engine: Engine;
beforeAll(async () => {
  const directory = fileURLToPath(new URL("../../resources/sample/checkpoint/", import.meta.url));
  const { digest } = await importModel(context, { directory, name: "sample", mode: "inPlace", to: "" });
  const to = path.join(context.directory, "package");
  await quantizeModel(context, { checkpoint: { directory, digest, name: "sample" }, recipe: findPreset("int4"), name: "sample", to, threads: 2 });
  const model = await openModelPackage(context.files, to);
  engine = createOnnxEngine({
    model, threads: 1, entry, cacheLimitBytes: CACHE_BYTES,
    graphDirectory: (signal, onProgress) => compileModel({
      files: context.files, model, root: path.join(context.directory, "compiled"), runtimeVersion: "test", instructionSet: "here", packer: createWeightPacker(entry), onProgress, signal, leastBytes: 0, groupBytes: PACKING_GROUP_BYTES,
    }),
  });
  await engine.load();
});
afterAll(async () => {
  await engine.unload();
  context.dispose();
});

async function generate(promptIds: readonly number[], maxTokens: number): Promise<number> {
  let tokens = 0;
  const sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: promptIds[0] ?? 0 };
  for await (const event of engine.generate({ promptIds, maxTokens, sampling, stopTokenIds: [] })) if (event.kind === "token") tokens++;
  return tokens;
}
const privateBytes = async (): Promise<number | null> => (await engine.memory()).privateBytes;

it("stays flat over 2,000 tokens and 200 conversations", async () => {
  const prompt = (conversation: number): number[] => Array.from({ length: 40 }, (_, i) => 3 + ((conversation * 31 + i * 7) % 200));
  for (let conversation = 0; conversation < 20; conversation++) await generate(prompt(1000 + conversation), 10);
  const before = await privateBytes();
  let tokens = 0;
  for (let conversation = 0; conversation < 200; conversation++) tokens += await generate(prompt(conversation), 10);
  expect(tokens).toBe(2000);
  const after = await privateBytes();
  const cache = await engine.cache();
  expect(cache).toMatchObject({ runningSequences: 0, waitingSequences: 0, runningBytes: 0 });
  expect(cache.keptBytes).toBeLessThanOrEqual(CACHE_BYTES);
  // Only Linux tells; elsewhere there is nothing to compare.
  if (before !== null && after !== null) expect(after - before).toBeLessThan(NOISE_BYTES);
});
