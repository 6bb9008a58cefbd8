import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelPackage } from "../../main/domain/model-package.ts";
import { checkModelParity } from "../../main/pipeline/check-parity.ts";
import { type CompileModel, compileModel, PACKING_GROUP_BYTES } from "../../main/pipeline/compile-model.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { openModelPackage } from "../../main/pipeline/open-model-package.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import { instructionSet } from "../../main/runtime/instruction-set.ts";
import { createOnnxEngine } from "../../main/runtime/onnx-engine.ts";
import { RUNTIME_VERSION } from "../../main/runtime/runtime-version.ts";
import { createWeightPacker } from "../../main/runtime/weight-packer.ts";
import { createTestJobContext } from "./test-job-context.ts";

const entry = fileURLToPath(new URL("../../main/hosts/engine/engine-process.ts", import.meta.url));
const context = createTestJobContext();
afterAll(() => context.dispose());

async function makePackage(reference: string, recipe: string): Promise<ModelPackage> {
  const source = fileURLToPath(new URL(`../references/${reference}/`, import.meta.url));
  const { digest } = await importModel(context, { directory: source, name: reference, mode: "inPlace", to: "" });
  const to = path.join(context.directory, `${reference}-${recipe}`);
  await quantizeModel(context, { checkpoint: { directory: source, digest, name: reference }, recipe: findPreset(recipe), name: reference, to, threads: 1 });
  return openModelPackage(context.files, to);
}

const steps: string[] = [];
const compile = (model: ModelPackage, changes: Partial<CompileModel> = {}): Promise<string> =>
  compileModel({
    files: context.files, model, root: path.join(context.directory, "compiled"), runtimeVersion: RUNTIME_VERSION, instructionSet: instructionSet(), packer: createWeightPacker(entry),
    onProgress: ({ step, done }) => done === 0 && steps.push(step), signal: context.signal, leastBytes: 0, groupBytes: PACKING_GROUP_BYTES, ...changes,
  });
/** A context whose engines run the compiled form. */
const compiled = { ...context, createEngine: (model: ModelPackage, { threads }: { readonly threads: number }) => createOnnxEngine({ model, threads, entry, graphDirectory: () => compile(model) }) };

describe.each(["deepseek-v2-lite", "deepseek-v2", "deepseek-v3", "deepseek-v3-fp8", "llama", "qwen3-moe"])("the compiled form of %s", (reference) => {
  it("answers as transformers does", async () => {
    const model = await makePackage(reference, "f32");
    const expected = fileURLToPath(new URL(`../references/${reference}/expected-from-pretrained.safetensors`, import.meta.url));
    const report = await checkModelParity(compiled, { model, expected: existsSync(expected) ? expected : undefined, chunkTokens: null, toleranceAbsolute: 1e-3 });
    expect(report).toMatchObject({ passed: true, firstDivergingToken: null });
  });

  it.each(["int4", "int8"])("in %s answers as the package did before it was compiled", async (recipe) => {
    const model = await makePackage(reference, recipe);
    const directory = await compile(model);
    expect(readFileSync(path.join(directory, "graph.onnx")).includes("prepacked_0")).toBe(true);
    // Fed as it was recorded: the kernels for one row and for many round activations differently, compiled or not.
    const report = await checkModelParity(compiled, { model, chunkTokens: null });
    expect(report).toMatchObject({ passed: true, firstDivergingToken: null });
    expect(report.maxAbsoluteDelta).toBeLessThanOrEqual(1e-3);
  });
});

describe("a compiled form", () => {
  let model: ModelPackage;
  let directory = "";
  beforeAll(async () => {
    model = await makePackage("deepseek-v3", "int4");
  });
  const packed = (): string => path.join(directory, "packed-00001.bin");
  const compiledAnew = async (changes: Partial<CompileModel> = {}): Promise<string | null> => {
    steps.length = 0;
    directory = await compile(model, changes);
    return steps[0] ?? null;
  };

  it("is made on the first start, with the reason, and found on the second", async () => {
    directory = await compile(model);
    renameSync(directory, `${directory}-away`);
    expect(await compiledAnew()).toBe("compile (first start here)");
    expect(await compiledAnew()).toBeNull();
    expect(readdirSync(path.dirname(directory))).toEqual([path.basename(directory)]);
  });

  it("is made anew when it was cut, edited or copied", async () => {
    truncateSync(packed(), 5000);
    expect(await compiledAnew()).toBe("compile (its files have changed)");
    const bytes = readFileSync(packed());
    bytes[9000] = (bytes[9000] ?? 0) ^ 1;
    writeFileSync(packed(), bytes);
    expect(await compiledAnew()).toBe("compile (its files have changed)");
    copyFileSync(packed(), `${packed()}.copy`);
    renameSync(`${packed()}.copy`, packed());
    expect(await compiledAnew()).toBe("compile (its files have changed)");
    writeFileSync(path.join(directory, "compiled.json"), "{");
    expect(await compiledAnew()).toBe("compile (first start here)");
    expect((await checkModelParity(compiled, { model, chunkTokens: null })).passed).toBe(true);
  });

  it("of another runtime or processor is never used, whatever its directory is called", async () => {
    const here = directory;
    await compile(model, { runtimeVersion: "1.29.0", instructionSet: "x64-sse2" });
    const other = path.join(path.dirname(here), "1.29.0-x64-sse2");
    mkdirSync(path.dirname(here), { recursive: true });
    renameSync(other, here);
    expect(await compiledAnew()).toBe("compile (made by another runtime)");
    const mine = directory;
    await compile(model, { instructionSet: "x64-sse2" });
    renameSync(path.join(path.dirname(mine), `${RUNTIME_VERSION}-x64-sse2`), mine);
    expect(await compiledAnew()).toBe("compile (made for another processor)");
  });

  it("goes on behind its last whole group when it was cancelled or its process was killed", async () => {
    const groupBytes = 4096;
    for (const left of ["stopped", "partial-4194305"]) {
      writeFileSync(packed(), "");
      const stop = new AbortController();
      let groups = 0;
      await expect(compile(model, { groupBytes, signal: stop.signal, onProgress: ({ done }) => done > 0 && ++groups === 3 && stop.abort() })).rejects.toThrow();
      const begun = `${directory}.${left}`;
      renameSync(`${directory}.stopped`, begun);
      // The second group's bytes are torn, and one of another form lies about.
      truncateSync(path.join(begun, "packed-00002.bin"), 10);
      mkdirSync(path.join(path.dirname(directory), "x.partial-4194305"));
      const packedGroups: string[] = [];
      const packer = createWeightPacker(entry);
      const counting: typeof packer = {
        ...packer,
        pack: (job, signal) => {
          packedGroups.push(job.graphFile);
          return packer.pack(job, signal);
        },
      };
      let all = 0;
      await compile(model, { groupBytes, packer: counting, onProgress: ({ done }) => { if (done > 0) all++; } });
      expect(packedGroups).toHaveLength(all - 2);
      expect(readdirSync(path.dirname(directory))).toEqual([path.basename(directory)]);
      expect(readdirSync(directory).filter((name) => name.endsWith(".json"))).toEqual(["compiled.json"]);
      expect((await checkModelParity({ ...compiled, createEngine: (of: ModelPackage, { threads }: { readonly threads: number }) => createOnnxEngine({ model: of, threads, entry, graphDirectory: () => compile(of, { groupBytes }) }) }, { model, chunkTokens: null })).passed).toBe(true);
    }
  });

  it("is not made where the disk has no room, nor for a model that is soon packed", async () => {
    const full = { ...context.files, freeBytes: async () => 1 };
    writeFileSync(packed(), "");
    expect(await compile(model, { files: full })).toBe(model.directory);
    expect(await compile(model, { leastBytes: 2 ** 40 })).toBe(model.directory);
  });
});
