import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Recipe } from "../../shared/schemas/recipe.ts";
import { checkModelParity } from "../../main/pipeline/check-parity.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { openModelPackage } from "../../main/pipeline/open-model-package.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import { createTestJobContext } from "./test-job-context.ts";

/**
 * Logits of Hugging Face transformers for six tiny checkpoints (test/references/make_references.py). The weights are scaled so that a wrong
 * rope order, a missing mscale or a renormalised router moves the logits by far more than rounding does.
 */
/*
 * Five of them were recorded after `.to(bfloat16).float()`, which rounds the rotary frequencies too; the sixth was loaded with from_pretrained, which does
 * not. Each has a second file, recorded from from_pretrained: what the model really answers.
 */
const REFERENCES = ["deepseek-v2-lite", "deepseek-v2", "deepseek-v3", "deepseek-v3-fp8", "llama", "qwen3-moe"];
const directory = fileURLToPath(new URL("../references/", import.meta.url));
const TOLERANCE = 1e-3;

const context = createTestJobContext();
afterAll(() => context.dispose());

async function makePackage(reference: string, recipe: Recipe) {
  const source = path.join(directory, reference);
  const imported = await importModel(context, { directory: source, name: reference, mode: "inPlace", to: "" });
  const to = path.join(context.directory, `${reference}-${recipe.name}`);
  await quantizeModel(context, { checkpoint: { directory: source, digest: imported.digest, name: reference }, recipe, name: `${reference}-${recipe.name}`, to, threads: 2 });
  return openModelPackage(context.files, to);
}

describe.each(REFERENCES)("%s", (reference) => {
  const expected = path.join(directory, reference, "expected.safetensors");

  it.each([["all at once", null], ["in chunks of 7", 7], ["token by token", 1]] as const)("in float32 answers as transformers does, fed %s", async (_, chunkTokens) => {
    const model = await makePackage(reference, findPreset("f32"));
    const report = await checkModelParity(context, { model, expected, chunkTokens, toleranceAbsolute: TOLERANCE });
    expect(report.expected.positions).toBe(40);
    expect(report.maxAbsoluteDelta).toBeLessThanOrEqual(TOLERANCE);
    expect(report.firstDivergingToken).toBeNull();
    expect(report.passed).toBe(true);
    expect(report.ropeFrequencies).toBe(reference.endsWith("-fp8") ? "float32" : "bfloat16");
  });

  it("in float32 answers as transformers does when it loads the checkpoint from disk", async () => {
    const model = await makePackage(reference, findPreset("f32"));
    const report = await checkModelParity(context, { model, expected: path.join(directory, reference, "expected-from-pretrained.safetensors"), chunkTokens: null, toleranceAbsolute: TOLERANCE });
    expect(report.maxAbsoluteDelta).toBeLessThanOrEqual(TOLERANCE);
    expect(report.ropeFrequencies).toBe("float32");
    expect(report.passed).toBe(true);
  });

  // Random weights suffer far more from rounding than trained ones; the bound on int8 and the order of the three are what a wrong scale or nibble breaks.
  it("stays near in int8, and loses more with fewer bits", async () => {
    const kl: Record<string, number> = {};
    for (const preset of ["int8", "mixed", "int4"]) {
      const model = await makePackage(reference, findPreset(preset));
      const report = await checkModelParity(context, { model, expected: path.join(directory, reference, "expected-from-pretrained.safetensors"), chunkTokens: null });
      kl[preset] = report.klMean;
      console.log(`${reference} ${preset}: KL mean ${report.klMean.toExponential(2)}, max ${report.klMax.toExponential(2)} nats, top-1 agreement ${(report.top1Agreement * 100).toFixed(1)} %`);
    }
    expect(kl["int8"]).toBeLessThan(0.15);
    expect(kl["mixed"]).toBeGreaterThan(kl["int8"] as number);
    expect(kl["int4"]).toBeGreaterThan(kl["mixed"] as number);
  });
});

/** Made by test/references/make_variants.py: weights in float32, a sliding window over grouped queries, experts fused in one tensor, no query LoRA. */
describe.each(["mixtral-window", "moonlight-fused"])("%s", (reference) => {
  it.each([null, 7, 1])("in float32 answers as transformers does, fed %s tokens at a time", async (chunkTokens) => {
    const model = await makePackage(reference, findPreset("f32"));
    const report = await checkModelParity(context, { model, expected: path.join(directory, reference, "expected-from-pretrained.safetensors"), chunkTokens, toleranceAbsolute: TOLERANCE });
    expect(report).toMatchObject({ passed: true, ropeFrequencies: "float32", firstDivergingToken: null });
  });
});
