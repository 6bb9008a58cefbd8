import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { bundleContents } from "../../main/bundle/bundle-contents.ts";
import { createBundle } from "../../main/bundle/create-bundle.ts";
import { installBundle } from "../../main/bundle/install-bundle.ts";
import { verifyBundle } from "../../main/bundle/verify-bundle.ts";
import type { Files } from "../../main/domain/files.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { makePackage } from "./make-package.ts";

const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-bundle-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const files = createNodeFiles();
const clock = { now: () => 0, ticks: () => 0 };
const signal = new AbortController().signal;
const onProgress = (): void => {};
let count = 0;
const fresh = (): string => path.join(root, `d${count++}`);

const model = makePackage(fresh());
const whole = fresh();
const made = await createBundle({ files, model, out: whole, onProgress, signal });
const verify = (directory: string, expectedDigest?: string) => verifyBundle({ files, clock, path: directory, expectedDigest, onProgress, signal });
const install = (directory: string, to: string, check: (d: string) => Promise<void> = async () => {}, disk: Files = files) => installBundle({ files: disk, path: directory, to, onProgress, signal, check });

describe("a bundle", () => {
  it("is verified, with its digest", async () => {
    expect(await verify(whole, made.digest)).toMatchObject({ digest: made.digest, signature: "notSigned", modelDigest: model.digest });
    expect(await bundleContents(files, whole)).toMatchObject({ name: "fake", licences: ["mit"], recipe: "f32", modelDigest: model.digest });
  });

  it("of the same package has the same digest, wherever and whenever it is made", async () => {
    const again = await createBundle({ files, model: makePackage(fresh()), out: fresh(), onProgress, signal });
    expect(again.digest).toBe(made.digest);
    const other = await createBundle({ files, model: makePackage(fresh(), { "tokenizer.json": "{ }" }), out: fresh(), onProgress, signal });
    expect(other.digest).not.toBe(made.digest);
  });

  it("installs byte for byte, whole", async () => {
    const to = fresh();
    await install(whole, to);
    for (const { path: name } of model.manifest.files) expect(readFileSync(path.join(to, name))).toEqual(readFileSync(path.join(model.directory, name)));
    expect(readFileSync(path.join(to, "bundle/start.sh"), "utf8")).toMatch(/^#!\/bin\/sh/);
    execFileSync("sh", ["-n", path.join(to, "bundle/start.sh")]);
  });

  it("does not get its name when the check at the destination fails", async () => {
    const to = fresh();
    await expect(install(whole, to, async () => { throw new WorkbenchError("parity.failed", { model: "m", maxAbsoluteDelta: 1, toleranceAbsolute: 0, firstDivergingToken: 0 }); })).rejects.toMatchObject({ code: "parity.failed" });
    expect(existsSync(to)).toBe(false);
    expect(existsSync(`${to}.partial`)).toBe(false);
  });

  it("overwrites nothing", async () => {
    const to = fresh();
    mkdirSync(to);
    writeFileSync(path.join(to, "mine"), "");
    await expect(install(whole, to)).rejects.toMatchObject({ code: "bundle.targetExists" });
    await expect(createBundle({ files, model, out: whole, onProgress, signal })).rejects.toMatchObject({ code: "bundle.targetExists" });
  });

  it("is not made from a package that changed", async () => {
    const changed = makePackage(fresh());
    writeFileSync(path.join(changed.directory, "tokenizer.json"), "[]");
    const out = fresh();
    await expect(createBundle({ files, model: changed, out, onProgress, signal })).rejects.toMatchObject({ code: "package.fileChanged" });
    expect(existsSync(out)).toBe(false);
  });

  it("is read by skopeo, where there is one", ({ skip }) => {
    try {
      execFileSync("skopeo", ["--version"], { stdio: "ignore" });
    } catch {
      skip("no skopeo on this machine");
    }
    const manifest = JSON.parse(execFileSync("skopeo", ["inspect", "--raw", `oci:${whole}`], { encoding: "utf8" }));
    expect(manifest.artifactType).toBe("application/vnd.cncf.model.manifest.v1+json");
    const copy = fresh();
    execFileSync("skopeo", ["copy", "--insecure-policy", `oci:${whole}`, `oci:${copy}:latest`], { stdio: "ignore" });
    expect(readdirSync(path.join(copy, "blobs/sha256")).sort()).toEqual(readdirSync(path.join(whole, "blobs/sha256")).sort());
  });
});

const hex = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");
const blobOf = (directory: string, name: string): string => {
  const layer = manifestOf(directory).layers.find((entry) => entry.annotations["org.cncf.model.filepath"] === name);
  return path.join(directory, "blobs/sha256", layer?.digest.slice(7) ?? "none");
};
interface Manifest {
  config: { digest: string; size: number };
  layers: { mediaType: string; digest: string; size: number; annotations: Record<string, string> }[];
  annotations: Record<string, string>;
}
const indexOf = (directory: string) => JSON.parse(readFileSync(path.join(directory, "index.json"), "utf8"));
const manifestOf = (directory: string): Manifest => JSON.parse(readFileSync(path.join(directory, "blobs/sha256", indexOf(directory).manifests[0].digest.slice(7)), "utf8"));
/** Rewrites the manifest and the index that names it: what an attacker does who can change the medium but not the digest somebody was told. */
const editManifest = (edit: (manifest: Manifest) => void) => (directory: string): void => {
  const index = indexOf(directory);
  const manifest = manifestOf(directory);
  rmSync(path.join(directory, "blobs/sha256", index.manifests[0].digest.slice(7)));
  edit(manifest);
  const text = JSON.stringify(manifest);
  writeFileSync(path.join(directory, "blobs/sha256", hex(text)), text);
  Object.assign(index.manifests[0], { digest: `sha256:${hex(text)}`, size: text.length });
  writeFileSync(path.join(directory, "index.json"), JSON.stringify(index));
};
const editIndex = (edit: (index: ReturnType<typeof indexOf>) => void) => (directory: string): void => {
  const index = indexOf(directory);
  edit(index);
  writeFileSync(path.join(directory, "index.json"), JSON.stringify(index));
};
const rename = (to: string) => editManifest((manifest) => { (manifest.layers[0] as Manifest["layers"][0]).annotations["org.cncf.model.filepath"] = to; });

describe("a bundle that was tampered with names the first thing wrong:", () => {
  it.each([
    ["a changed weight", (d: string) => { const f = blobOf(d, "weights-00001.bin"); const b = readFileSync(f); b[5]! ^= 1; writeFileSync(f, b); }, "bundle.blobChanged"],
    ["a blob cut short", (d: string) => truncateSync(blobOf(d, "weights-00001.bin"), 99), "bundle.blobSizeMismatch"],
    ["a blob that is gone", (d: string) => rmSync(blobOf(d, "tokenizer.json")), "bundle.blobMissing"],
    ["a file too many among the blobs", (d: string) => writeFileSync(path.join(d, "blobs/sha256", hex("extra")), "extra"), "bundle.unexpectedFile"],
    ["a file too many beside them", (d: string) => writeFileSync(path.join(d, "autorun.inf"), ""), "bundle.unexpectedFile"],
    ["a directory too many", (d: string) => mkdirSync(path.join(d, "blobs/md5")), "bundle.unexpectedFile"],
    ["a blob that is a link", (d: string) => { const f = blobOf(d, "tokenizer.json"); rmSync(f); symlinkSync(path.join(whole, "index.json"), f); }, "bundle.entryRefused"],
    ["an index that is a link", (d: string) => { rmSync(path.join(d, "index.json")); symlinkSync(path.join(whole, "index.json"), path.join(d, "index.json")); }, "bundle.entryRefused"],
    ["an index that is no JSON", (d: string) => writeFileSync(path.join(d, "index.json"), "{"), "bundle.layoutInvalid"],
    ["a huge index", (d: string) => writeFileSync(path.join(d, "index.json"), " ".repeat(2 ** 20 + 1)), "bundle.layoutInvalid"],
    ["no index", (d: string) => rmSync(path.join(d, "index.json")), "bundle.layoutInvalid"],
    ["an index of two manifests", editIndex((i) => i.manifests.push(i.manifests[0])), "bundle.layoutInvalid"],
    ["another layout version", (d: string) => writeFileSync(path.join(d, "oci-layout"), '{"imageLayoutVersion":"2.0.0"}'), "bundle.layoutInvalid"],
    ["no layout file", (d: string) => rmSync(path.join(d, "oci-layout")), "bundle.notFound"],
    ["another digest algorithm", editIndex((i) => { i.manifests[0].digest = `sha512:${"0".repeat(128)}`; }), "bundle.layoutInvalid"],
    ["a negative size", editIndex((i) => { i.manifests[0].size = -1; }), "bundle.layoutInvalid"],
    ["a descriptor that sends elsewhere for its content", editIndex((i) => { i.manifests[0].urls = ["http://example.invalid"]; }), "bundle.layoutInvalid"],
    ["an unknown kind of manifest", editIndex((i) => { i.manifests[0].artifactType = "application/x-evil"; }), "bundle.mediaTypeUnknown"],
    ["a manifest edited in place", (d: string) => { const f = path.join(d, "blobs/sha256", indexOf(d).manifests[0].digest.slice(7)); writeFileSync(f, readFileSync(f, "utf8").replace("fake", "FAKE")); }, "bundle.blobChanged"],
    ["an unknown kind of layer", editManifest((m) => { (m.layers[0] as { mediaType: string }).mediaType = "application/x-evil"; }), "bundle.mediaTypeUnknown"],
    ["a path that climbs out", rename("../../evil"), "bundle.pathEscapes"],
    ["an absolute path", rename("/etc/cron.d/evil"), "bundle.pathEscapes"],
    ["a backslash", rename("a\\..\\evil"), "bundle.pathEscapes"],
    ["a drive letter", rename("C:evil"), "bundle.pathEscapes"],
    ["a NUL", rename("a\0b"), "bundle.pathEscapes"],
    ["an empty part", rename("a//b"), "bundle.pathEscapes"],
    ["a device's name", rename("bundle/con.txt"), "bundle.entryRefused"],
    ["a name that ends in a dot", rename("bundle/evil."), "bundle.entryRefused"],
    ["a name with a control character", rename("bundle/a\x1bb"), "bundle.entryRefused"],
    ["two layers with one path", rename("model.json"), "bundle.layoutInvalid"],
    ["two paths that differ only in case", rename("MODEL.json"), "bundle.layoutInvalid"],
    ["a file where a directory is needed", rename("bundle"), "bundle.layoutInvalid"],
    ["a claim of another model", editManifest((m) => { m.annotations["ai.sallyport.model.digest"] = `sha256:${"1".repeat(64)}`; }), "bundle.digestMismatch"],
    ["a layer left out", (d: string) => { const f = blobOf(d, "tokenizer.json"); editManifest((m) => { m.layers = m.layers.filter((l) => l.annotations["org.cncf.model.filepath"] !== "tokenizer.json"); })(d); rmSync(f); }, "package.fileMissing"],
    ["a layer put in another's place", (d: string) => { const old = blobOf(d, "tokenizer.json"); writeFileSync(path.join(d, "blobs/sha256", hex("[]")), "[]"); editManifest((m) => { Object.assign(m.layers.find((l) => l.annotations["org.cncf.model.filepath"] === "tokenizer.json") as object, { digest: `sha256:${hex("[]")}`, size: 2 }); })(d); rmSync(old); }, "package.fileChanged"],
    ["no model.json", (d: string) => { const f = blobOf(d, "model.json"); editManifest((m) => { m.layers = m.layers.filter((l) => l.annotations["org.cncf.model.filepath"] !== "model.json"); })(d); rmSync(f); }, "bundle.layoutInvalid"],
  ] as const)("%s", async (_, damage, code) => {
    const directory = fresh();
    cpSync(whole, directory, { recursive: true });
    damage(directory);
    await expect(verify(directory)).rejects.toMatchObject({ code });
    const to = fresh();
    // Whatever verify refuses, install refuses too, and leaves nothing; strangers are not copied.
    if (code === "bundle.unexpectedFile") return;
    await expect(install(directory, to)).rejects.toMatchObject({ code });
    expect(existsSync(to)).toBe(false);
    expect(existsSync(`${to}.partial`)).toBe(false);
  });

  it("a whole other bundle, to one who was told the digest", async () => {
    const other = fresh();
    await createBundle({ files, model: makePackage(fresh(), { "tokenizer.json": "{ }" }), out: other, onProgress, signal });
    await expect(verify(other, made.digest)).rejects.toMatchObject({ code: "bundle.digestMismatch" });
  });
});

/** The disk fills at the n-th write. */
function fillingDisk(after: number): Files {
  let writes = 0;
  const full = (file: string): void => {
    if (++writes > after) throw new WorkbenchError("files.noSpace", { file, neededBytes: null, freeBytes: 0 });
  };
  return {
    ...files,
    writeWhole: async (file, content) => {
      full(file);
      await files.writeWhole(file, content);
    },
    openForWriting: async (file, bytes) => {
      const open = await files.openForWriting(file, bytes);
      const write = async (from: Uint8Array, offset: number): Promise<void> => {
        full(file);
        await open.write(from, offset);
      };
      return { path: open.path, sync: () => open.sync(), close: () => open.close(), write };
    },
  };
}

describe("a disk that fills", () => {
  it("at any write gives one clear error and leaves nothing; the next try gives the same bundle", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(14), async (after) => {
        const out = fresh();
        const outcome = await createBundle({ files: fillingDisk(after), model, out, onProgress, signal }).then((result) => result.digest, (error: WorkbenchError) => error.code);
        if (outcome === "files.noSpace") {
          expect(existsSync(out)).toBe(false);
          expect(existsSync(`${out}.partial`)).toBe(false);
          expect((await createBundle({ files, model, out, onProgress, signal })).digest).toBe(made.digest);
        } else expect(outcome).toBe(made.digest);
        const to = fresh();
        const installed = await install(whole, to, undefined, fillingDisk(after)).then(() => "installed", (error: WorkbenchError) => error.code);
        expect(existsSync(to)).toBe(installed === "installed");
        if (installed !== "installed") expect(existsSync(`${to}.partial`)).toBe(false);
      }),
      { numRuns: 15 },
    );
  });
});
