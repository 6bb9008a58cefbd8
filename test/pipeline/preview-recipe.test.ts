import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importModel } from "../../main/pipeline/import-model.ts";
import { previewRecipe } from "../../main/pipeline/preview-recipe.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import { createTestJobContext } from "./test-job-context.ts";

const context = createTestJobContext();
const directory = fileURLToPath(new URL("../../resources/sample/checkpoint/", import.meta.url));
let digest: string;
beforeAll(async () => {
  digest = (await importModel(context, { directory, name: "sample", mode: "inPlace", to: "" })).digest;
});
afterAll(() => context.dispose());

describe("the preview of a recipe", () => {
  it.each(["int4", "mixed"])("of %s promises the bytes of the files that quantizing then writes", async (name) => {
    const recipe = findPreset(name);
    const preview = await previewRecipe(context.files, directory, recipe);
    const to = path.join(context.directory, name);
    await quantizeModel(context, { checkpoint: { directory, digest, name: "sample" }, recipe, name, to, threads: 2 });
    const written = readdirSync(to).filter((file) => /^weights-\d+\.bin$/.test(file)).map((file) => statSync(path.join(to, file)).size);
    expect({ bytes: preview.weightFileBytes, files: preview.weightFiles }).toEqual({ bytes: written.reduce((sum, size) => sum + size, 0), files: written.length });
  });

  it("counts every parameter of a lone config.json once, whatever the recipe", async () => {
    const config = fileURLToPath(new URL("../references/deepseek-v3/config.json", import.meta.url));
    const counts = await Promise.all(["f32", "int4", "mixed"].map(async (name) => (await previewRecipe(context.files, config, findPreset(name))).classes.reduce((sum, { parameters }) => sum + parameters, 0)));
    expect(new Set(counts).size).toBe(1);
  });

  it("refuses a recipe that leaves a class of weights without an answer", async () => {
    const recipe = { ...findPreset("int4"), rules: [{ pattern: "experts.*", storage: "f32" as const }] };
    await expect(previewRecipe(context.files, directory, recipe)).rejects.toMatchObject({ code: "recipe.classUnmatched" });
  });
});
