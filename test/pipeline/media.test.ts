import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeModel } from "../../main/graph/onnx/decode-model.ts";
import { applyBundleDelta } from "../../main/pipeline/apply-delta.ts";
import { checkBundleVolumes } from "../../main/pipeline/check-volumes.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { installModelBundle } from "../../main/pipeline/install-bundle.ts";
import { joinBundle } from "../../main/pipeline/join-bundle.ts";
import { makeBundleDelta } from "../../main/pipeline/make-delta.ts";
import { openModelPackage } from "../../main/pipeline/open-model-package.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { repairBundleVolumes } from "../../main/pipeline/repair-volumes.ts";
import { splitBundle } from "../../main/pipeline/split-bundle.ts";
import { verifyModelBundle } from "../../main/pipeline/verify-bundle.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import type { Recipe } from "../../shared/schemas/recipe.ts";
import { create } from "../bundle/bundle-fixture.ts";
import { flip, partOf, volumesIn } from "../bundle/volumes/volume-fixture.ts";
import { createTestJobContext } from "./test-job-context.ts";

/** The sample model, packed on one side of a border and installed on the other. */
const sender = createTestJobContext();
const receiver = createTestJobContext();
afterAll(() => {
  sender.dispose();
  receiver.dispose();
});
const here = (name: string): string => path.join(sender.directory, name);
const there = (name: string): string => path.join(receiver.directory, name);
/** int4, but for the experts: what a site gets that found them too coarse. Attention, embeddings and dense layers stay as they are. */
const finerExperts: Recipe = { ...findPreset("int4"), name: "int4-experts8", rules: findPreset("int4").rules.map((rule) => (rule.pattern === "experts.*" ? { pattern: "experts.*", storage: { bits: 8, blockSize: 128, symmetric: true } } : rule)) };
/** Nobody signs here; test/bundle/trust asks about that. */
const unsigned = { trustDirectory: there("trust"), policy: undefined, receipt: undefined };
const digests: Record<string, string> = {};

/** A job of its own for each step, as the workbench has. */
let jobs = 0;
function job(of: typeof sender): typeof sender {
  const workDirectory = path.join(of.directory, `job-${jobs++}`);
  mkdirSync(workDirectory);
  return { ...of, workDirectory };
}

beforeAll(async () => {
  const checkpoint = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
  const imported = await importModel(job(sender), { directory: checkpoint, name: "sample", mode: "inPlace", to: "" });
  for (const recipe of [findPreset("int4"), finerExperts]) {
    await quantizeModel(job(sender), { checkpoint: { directory: checkpoint, digest: imported.digest, name: "sample" }, recipe, name: recipe.name, to: here(recipe.name), threads: 2 });
    digests[recipe.name] = (await create(await openModelPackage(sender.files, here(recipe.name)), here(`${recipe.name}.bundle`))).digest;
  }
});

describe("a bundle on media", () => {
  it("loses a volume and a few bits, is repaired, verified, installed under another home, and answers as before", async () => {
    const made = await splitBundle(job(sender), { bundle: here("int4.bundle"), out: here("volumes"), mediumBytes: 2 ** 20, recoveryVolumes: 2 });
    expect(made.content).toEqual({ kind: "bundle", name: "int4.bundle", digest: digests["int4"] });
    const [first, second] = dataVolumesIn(here("volumes"));
    rmSync(path.join(here("volumes"), first), { recursive: true });
    flip(partOf(here("volumes"), second), 123_456);
    expect((await checkBundleVolumes(job(receiver), { folders: [here("volumes")] })).verdict).toBe("repairable");

    expect((await repairBundleVolumes(job(receiver), { folders: [here("volumes")], out: there("repaired") })).repaired).toEqual([first, second]);
    expect((await checkBundleVolumes(job(receiver), { folders: [here("volumes"), there("repaired")], expectedSet: made.set })).verdict).toBe("whole");
    expect(await joinBundle(job(receiver), { folders: [there("repaired"), here("volumes")], out: there("int4.bundle"), expectedSet: made.set })).toMatchObject({ repairedBlocks: 0 });
    expect(await verifyModelBundle(job(receiver), { ...unsigned, bundle: there("int4.bundle"), expectedDigest: digests["int4"] })).toMatchObject({ digest: digests["int4"] });
    expect((await installModelBundle(job(receiver), { ...unsigned, bundle: there("int4.bundle"), to: there("model"), parity: true })).parity).toMatchObject({ passed: true });
  });

  it("is followed by a delta with only the tensors that changed, itself on volumes, which makes the second version here", async () => {
    const made = await makeBundleDelta(job(sender), { base: here("int4.bundle"), bundle: here("int4-experts8.bundle"), out: here("to-experts8.delta") });
    const [old, fresh] = await Promise.all([expertBytes(here("int4")), expertBytes(here("int4-experts8"))]);
    // The experts' own bytes, and what every version has anew: graph, model.json, lineage, parity and manifest.
    const documents = ["graph.onnx", "model.json", "parity.safetensors"].reduce((sum, name) => sum + statSync(here(`int4-experts8/${name}`)).size, 0);
    expect(fresh).toBeGreaterThan(old);
    expect(made.dataBytes).toBeLessThan(fresh + documents + 65_536);
    expect(made.dataBytes).toBeLessThan(0.85 * made.bytes);

    await splitBundle(job(sender), { bundle: here("to-experts8.delta"), out: here("delta-volumes"), mediumBytes: 2 ** 20, recoveryVolumes: 1 });
    rmSync(path.join(here("delta-volumes"), dataVolumesIn(here("delta-volumes"))[0]), { recursive: true });
    expect(await joinBundle(job(receiver), { folders: [here("delta-volumes")], out: there("joined.delta") })).toMatchObject({ content: { kind: "delta", digest: made.digest } });
    // As other tools copy it.
    for (const name of ["SHA256SUMS", "verify.sh", "verify.ps1"]) rmSync(there(`int4.bundle/${name}`));
    expect(await applyBundleDelta(job(receiver), { delta: there("joined.delta"), base: there("int4.bundle"), out: there("second.bundle") })).toMatchObject({ digest: digests["int4-experts8"] });
    await verifyModelBundle(job(receiver), { ...unsigned, bundle: there("second.bundle"), expectedDigest: digests["int4-experts8"] });
    expect((await installModelBundle(job(receiver), { ...unsigned, bundle: there("second.bundle"), to: there("second"), parity: true })).parity).toMatchObject({ passed: true });
    await expect(applyBundleDelta(job(receiver), { delta: there("joined.delta"), base: there("second.bundle"), out: there("third.bundle") })).rejects.toMatchObject({ code: "bundle.deltaOtherBase" });
    expect(readdirSync(receiver.directory).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});

const dataVolumesIn = (folder: string): [string, string] => volumesIn(folder).filter((name) => name.includes(".vol")) as [string, string];

/** Every part of a weight begins on a page; what is left of its last page travels with it. */
const PAGE_BYTES = 4096;

async function expertBytes(directory: string): Promise<number> {
  const graph = decodeModel(await sender.files.readAll(path.join(directory, "graph.onnx"), 2 ** 30), "graph.onnx");
  return graph.initializers.reduce((sum, { name, data }) => sum + (name.includes("experts") && !name.includes("shared") && data.kind === "external" ? Math.ceil(data.bytes / PAGE_BYTES) * PAGE_BYTES : 0), 0);
}
