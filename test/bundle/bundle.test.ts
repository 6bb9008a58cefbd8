import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bundleContents } from "../../main/bundle/bundle-contents.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { contentsOf, create, files, fresh, install, makeBundle, verify } from "./bundle-fixture.ts";
import { makePackage } from "./make-package.ts";
import { hex, indexOf } from "./tamper-bundle.ts";

const { model, whole, digest } = await makeBundle();

describe("a bundle", () => {
  it("is verified, with its digest, in either spelling", async () => {
    expect(await verify(whole, digest)).toMatchObject({ digest, modelDigest: model.digest, blobs: readdirSync(path.join(whole, "blobs/sha256")).length });
    expect(await verify(whole, digest.slice(7))).toMatchObject({ digest });
  });

  it("says what is in it", async () => {
    const contents = await bundleContents(files, whole);
    expect(contents).toMatchObject({ digest, name: "fake", licences: ["MIT"], recipe: "f32", modelDigest: model.digest });
    const kinds = Object.fromEntries(contents.layers.map((layer) => [layer.path, layer.mediaType.replace("application/vnd.cncf.model.", "")]));
    expect(kinds).toEqual({
      LICENSE: "doc.v1.raw", "README.md": "doc.v1.raw", "bundle/lineage.json": "doc.v1.raw", "bundle/start.cmd": "code.v1.raw", "bundle/start.sh": "code.v1.raw", "graph.onnx": "weight.v1.raw",
      "model.json": "weight.config.v1.raw", "parity.safetensors": "weight.v1.raw", "tokenizer.json": "weight.config.v1.raw", "weights-00001.bin": "weight.v1.raw",
    });
  });

  it("of the same package has the same digest, wherever, whenever and from however ordered a package it is made", async () => {
    expect((await create(makePackage(fresh()), fresh())).digest).toBe(digest);
    const reordered = { ...model, manifest: { ...model.manifest, files: model.manifest.files.toReversed() } };
    expect((await create(reordered, fresh())).digest).toBe(digest);
    expect((await create(makePackage(fresh(), { "tokenizer.json": "{ }" }), fresh())).digest).not.toBe(digest);
  });

  it("stores two equal files once", async () => {
    const out = fresh();
    await create(makePackage(fresh(), { "special_tokens_map.json": "{}" }), out);
    expect(readdirSync(path.join(out, "blobs/sha256")).filter((name) => name === hex("{}"))).toHaveLength(1);
    expect(existsSync(path.join(out, "blobs/sha256", hex("{}")))).toBe(true);
    const to = fresh();
    await install(out, to);
    expect(readFileSync(path.join(to, "special_tokens_map.json"), "utf8")).toBe("{}");
  });

  it("holds an empty file", async () => {
    const [out, to] = [fresh(), fresh()];
    await create(makePackage(fresh(), { NOTICE: "" }), out);
    await verify(out);
    await install(out, to);
    expect(readFileSync(path.join(to, "NOTICE"), "utf8")).toBe("");
  });

  it("installs byte for byte, with its own files in a folder of their own", async () => {
    const to = fresh();
    const { modelDigest } = await install(whole, to);
    expect(modelDigest).toBe(model.digest);
    const installed = contentsOf(to);
    const own = Object.keys(installed).filter((name) => name.startsWith("bundle"));
    expect(own).toEqual(["bundle/lineage.json", "bundle/manifest.json", "bundle/start.cmd", "bundle/start.sh"]);
    expect(`sha256:${hex(readFileSync(path.join(to, "bundle/manifest.json")))}`).toBe(digest);
    for (const name of own) delete installed[name];
    expect(installed).toEqual(contentsOf(model.directory));
  });

  it("installs into an empty directory, and leaves it as it was if it cannot", async () => {
    const to = fresh();
    mkdirSync(to);
    await expect(install(whole, to, { check: () => Promise.reject(new Error("no")) })).rejects.toThrow("no");
    expect(readdirSync(to)).toEqual([]);
    await install(whole, `${to}/`);
    expect(readdirSync(to)).toContain("model.json");
  });

  it("does not get its name when the check at the destination fails", async () => {
    const to = fresh();
    const check = async (directory: string): Promise<void> => {
      expect(existsSync(path.join(directory, "model.json"))).toBe(true);
      throw new WorkbenchError("parity.failed", { model: "m", maxAbsoluteDelta: 1, toleranceAbsolute: 0, firstDivergingToken: 0 });
    };
    await expect(install(whole, to, { check })).rejects.toMatchObject({ code: "parity.failed" });
    expect(existsSync(to)).toBe(false);
    expect(existsSync(`${to}.partial`)).toBe(false);
  });

  it("overwrites nothing", async () => {
    const to = fresh();
    mkdirSync(to);
    writeFileSync(path.join(to, "mine"), "");
    await expect(install(whole, to)).rejects.toMatchObject({ code: "bundle.targetExists" });
    await expect(create(model, whole)).rejects.toMatchObject({ code: "bundle.targetExists" });
    await expect(create(model, to)).rejects.toMatchObject({ code: "bundle.targetExists" });
  });

  it("clears no directory behind a link, and never the one that it reads", async () => {
    const [mine, to, out] = [fresh(), fresh(), fresh()];
    mkdirSync(mine);
    writeFileSync(path.join(mine, "keep"), "");
    symlinkSync(mine, `${to}.partial`);
    await install(whole, to);
    symlinkSync(mine, `${out}.partial`);
    await create(model, out);
    expect(readdirSync(mine)).toEqual(["keep"]);
    const own = fresh();
    await create(model, `${own}.partial`);
    const before = contentsOf(`${own}.partial`);
    await expect(install(`${own}.partial`, own)).rejects.toMatchObject({ code: "bundle.targetExists" });
    expect(contentsOf(`${own}.partial`)).toEqual(before);
  });
});

describe("a package that cannot be bundled is refused, and leaves no bundle:", () => {
  it.each([
    ["a file changed", (d: string) => writeFileSync(path.join(d, "tokenizer.json"), "[]"), "package.fileChanged"],
    ["a file cut short", (d: string) => writeFileSync(path.join(d, "weights-00001.bin"), "w"), "package.fileChanged"],
    ["model.json changed after it was opened", (d: string) => writeFileSync(path.join(d, "model.json"), `${readFileSync(path.join(d, "model.json"), "utf8")} `), "package.fileChanged"],
    ["a file gone", (d: string) => rmSync(path.join(d, "graph.onnx")), "package.fileMissing"],
    ["model.json gone", (d: string) => rmSync(path.join(d, "model.json")), "package.fileMissing"],
    ["a file that is a link", (d: string) => { rmSync(path.join(d, "tokenizer.json")); symlinkSync("/etc/passwd", path.join(d, "tokenizer.json")); }, "package.invalid"],
  ])("%s", async (_, damage, code) => {
    const changed = makePackage(fresh());
    damage(changed.directory);
    const out = fresh();
    await expect(create(changed, out)).rejects.toMatchObject({ code });
    expect(existsSync(out)).toBe(false);
  });

  it.each(["bundle/start.sh", "bundle/other", "Model.JSON", "aux.json", "a.part"])("a file named %s", async (name) => {
    mkdirSync(fresh());
    const file = { path: name, bytes: 2, sha256: hex("{}") };
    const odd = { ...model, manifest: { ...model.manifest, files: [...model.manifest.files, file] } };
    const out = fresh();
    await expect(create(odd, out)).rejects.toMatchObject({ code: "package.invalid" });
    expect(existsSync(`${out}.partial`)).toBe(false);
  });
});

it("an index as other tools write it, without optional fields and with a tag, is the same bundle", async () => {
  const copy = fresh();
  cpSync(whole, copy, { recursive: true });
  // They copy the layout and leave out what lies beside it.
  rmSync(path.join(copy, "SHA256SUMS"));
  const { digest: named, size } = indexOf(whole).manifests[0];
  const manifests = [{ mediaType: "application/vnd.oci.image.manifest.v1+json", digest: named, size, annotations: { "org.opencontainers.image.ref.name": "v1" } }];
  writeFileSync(path.join(copy, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }, null, 2));
  expect(await verify(copy, digest)).toMatchObject({ digest });
});

describe("skopeo, where there is one,", () => {
  it("reads a bundle, and its copy is a bundle again", async ({ skip }) => {
    try {
      execFileSync("skopeo", ["--version"], { stdio: "ignore" });
    } catch {
      skip("no skopeo on this machine");
    }
    const manifest = JSON.parse(execFileSync("skopeo", ["inspect", "--raw", `oci:${whole}`], { encoding: "utf8" }));
    expect(manifest.artifactType).toBe("application/vnd.cncf.model.manifest.v1+json");
    for (const tag of ["", ":v1"]) {
      const copy = fresh();
      execFileSync("skopeo", ["copy", "--insecure-policy", `oci:${whole}`, `oci:${copy}${tag}`], { stdio: "ignore" });
      expect(contentsOf(path.join(copy, "blobs"))).toEqual(contentsOf(path.join(whole, "blobs")));
      expect(await verify(copy, digest)).toMatchObject({ digest });
    }
  });
});
