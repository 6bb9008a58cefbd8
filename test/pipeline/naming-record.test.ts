import { rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Files } from "../../main/domain/files.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { createModelBundle } from "../../main/pipeline/create-bundle.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { installModelBundle } from "../../main/pipeline/install-bundle.ts";
import { openModelPackage } from "../../main/pipeline/open-model-package.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import { createTestJobContext } from "./test-job-context.ts";

const files = createNodeFiles();
const whole = createTestJobContext();
const source = fileURLToPath(new URL("../references/deepseek-v3/", import.meta.url));
const { digest } = await importModel(whole, { directory: source, name: "tiny", mode: "inPlace", to: "" });
const made = path.join(whole.directory, "package");
await quantizeModel(whole, { checkpoint: { directory: source, digest, name: "tiny" }, recipe: findPreset("int4"), name: "tiny", to: made, threads: 1 });
const model = await openModelPackage(files, made);
afterAll(() => whole.dispose());

/** A disk on which the process is killed right after something got its final name. */
const killedAfterNaming: Files = {
  ...files,
  rename: async (from, to) => {
    await files.rename(from, to);
    throw new Error("killed");
  },
};

const bundling = (out: string) => ({ models: [{ directory: made, name: "tiny" }], name: null, targets: [], marks: [], images: [], runtimes: [], reports: [], installation: { root: "", version: "0", node: "", nodeVersion: "", platform: "linux-x64" }, out });

describe("a job killed between its last rename and its own record", () => {
  it("finds, on resume, the bundle it had made", async () => {
    const out = path.join(whole.directory, "bundle");
    await expect(createModelBundle({ ...whole, files: killedAfterNaming }, bundling(out))).rejects.toThrow("killed");
    const resumed = await createModelBundle(whole, bundling(out));
    const again = createTestJobContext();
    expect(await createModelBundle(again, bundling(path.join(whole.directory, "other")))).toMatchObject({ digest: resumed.digest, bytes: resumed.bytes });
    again.dispose();
  });

  it("finds, on resume, the package it had installed", async () => {
    const context = createTestJobContext();
    const bundle = path.join(whole.directory, "other");
    const to = path.join(context.directory, "installed");
    // Ends like a failure and not like a kill: installBundle clears up, but what has its name keeps it.
    await expect(installModelBundle({ ...context, files: killedAfterNaming }, { bundle, to, parity: false, trustDirectory: path.join(context.directory, "trust"), policy: undefined })).rejects.toThrow("killed");
    expect(await installModelBundle(context, { bundle, to, parity: false, trustDirectory: path.join(context.directory, "trust"), policy: undefined })).toMatchObject({ modelDigest: model.digest, directory: to });
    context.dispose();
  });

  it("does not take somebody else's directory for its own", async () => {
    const context = createTestJobContext();
    const out = path.join(whole.directory, "other");
    await expect(createModelBundle(context, bundling(out))).rejects.toMatchObject({ code: "bundle.targetExists" });
    const elsewhere = path.join(context.directory, "mine");
    await createModelBundle(context, bundling(elsewhere));
    rmSync(elsewhere, { recursive: true });
    await files.makeDirectory(elsewhere);
    await expect(createModelBundle(context, bundling(elsewhere))).rejects.toMatchObject({ code: expect.stringMatching(/^bundle\./) });
    context.dispose();
  });
});
