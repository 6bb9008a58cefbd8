import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bundleContents } from "../../main/bundle/bundle-contents.ts";
import type { Files } from "../../main/domain/files.ts";
import { contentsOf, create, files, fresh, install, makeBundle, verify } from "./bundle-fixture.ts";
import { makePackage } from "./make-package.ts";
import { addLayer, blobAt, blobOf, dropLayer, editConfig, editIndex, editManifest, hex, indexOf, layerOf, renameFirstLayer, replaceLayer, replaceManifest } from "./tamper-bundle.ts";

const { whole, digest } = await makeBundle();

/** In place of `entry` a link to a copy of it elsewhere. */
const linkInstead = (entry: string) => (directory: string): void => {
  const elsewhere = fresh();
  renameSync(path.join(directory, entry), elsewhere);
  symlinkSync(elsewhere, path.join(directory, entry));
};

const BLOBS: readonly (readonly [string, (directory: string) => void, string])[] = [
  ["a changed weight", (d) => { const f = blobOf(d, "weights-00001.bin"); const b = readFileSync(f); b[5]! ^= 1; writeFileSync(f, b); }, "bundle.blobChanged"],
  ["a blob cut short", (d) => truncateSync(blobOf(d, "weights-00001.bin"), 99), "bundle.blobSizeMismatch"],
  ["a blob that is gone", (d) => rmSync(blobOf(d, "tokenizer.json")), "bundle.blobMissing"],
  ["a config that is gone", (d) => rmSync(blobAt(d, JSON.parse(readFileSync(blobAt(d, indexOf(d).manifests[0].digest), "utf8")).config.digest)), "bundle.blobMissing"],
  ["a manifest that is gone", (d) => rmSync(blobAt(d, indexOf(d).manifests[0].digest)), "bundle.blobMissing"],
  ["a manifest edited in place", (d) => { const f = blobAt(d, indexOf(d).manifests[0].digest); writeFileSync(f, readFileSync(f, "utf8").replace("fake", "FAKE")); }, "bundle.blobChanged"],
  ["a directory in place of a blob", (d) => { const f = blobOf(d, "tokenizer.json"); rmSync(f); mkdirSync(f); }, "bundle.entryRefused"],
  ["a blob that is a link", (d) => linkInstead(path.relative(d, blobOf(d, "tokenizer.json")))(d), "bundle.entryRefused"],
  ["a blob that is a pipe", (d) => { const f = blobOf(d, "tokenizer.json"); rmSync(f); execFileSync("mkfifo", [f]); }, "bundle.entryRefused"],
  ["a blob that is a device", (d) => { const f = blobOf(d, "tokenizer.json"); rmSync(f); symlinkSync("/dev/zero", f); }, "bundle.entryRefused"],
  ["a blob with holes, of a terabyte", (d) => truncateSync(blobOf(d, "weights-00001.bin"), 2 ** 40), "bundle.blobSizeMismatch"],
  ["an index that is a link", linkInstead("index.json"), "bundle.entryRefused"],
  ["blobs behind a link", linkInstead("blobs"), "bundle.entryRefused"],
  ["an algorithm's blobs behind a link", linkInstead("blobs/sha256"), "bundle.entryRefused"],
];

const STRANGERS: readonly (readonly [string, (directory: string) => void, string])[] = [
  ["a file too many among the blobs", (d) => writeFileSync(blobAt(d, hex("extra")), "extra"), "bundle.unexpectedFile"],
  ["a file too many beside them", (d) => writeFileSync(path.join(d, "autorun.inf"), ""), "bundle.unexpectedFile"],
  ["a directory too many", (d) => mkdirSync(path.join(d, "blobs/md5")), "bundle.unexpectedFile"],
  ["a link beside the blobs", (d) => symlinkSync("/", path.join(d, "blobs/root")), "bundle.entryRefused"],
];

const DOCUMENTS: readonly (readonly [string, (directory: string) => void, string])[] = [
  ["an index that is no JSON", (d) => writeFileSync(path.join(d, "index.json"), "{"), "bundle.layoutInvalid"],
  ["an index that is no UTF-8", (d) => writeFileSync(path.join(d, "index.json"), Uint8Array.of(0x7b, 0xff, 0x7d)), "bundle.layoutInvalid"],
  ["an index nested a hundred thousand deep", (d) => writeFileSync(path.join(d, "index.json"), "[".repeat(100_000) + "]".repeat(100_000)), "bundle.layoutInvalid"],
  ["a huge index", (d) => writeFileSync(path.join(d, "index.json"), " ".repeat(2 ** 20 + 1)), "bundle.layoutInvalid"],
  ["an index of a terabyte", (d) => truncateSync(path.join(d, "index.json"), 2 ** 40), "bundle.layoutInvalid"],
  ["no index", (d) => rmSync(path.join(d, "index.json")), "bundle.layoutInvalid"],
  ["an index of two packages that no delivery joins", (d) => {
    const text = ` ${readFileSync(blobAt(d, indexOf(d).manifests[0].digest), "utf8")}`;
    writeFileSync(blobAt(d, hex(text)), text);
    editIndex((i) => i.manifests.push({ ...i.manifests[0], digest: `sha256:${hex(text)}`, size: Buffer.byteLength(text) }))(d);
  }, "bundle.layoutInvalid"],
  ["an index of no manifest", editIndex((i) => i.manifests.pop()), "bundle.layoutInvalid"],
  ["another layout version", (d) => writeFileSync(path.join(d, "oci-layout"), '{"imageLayoutVersion":"2.0.0"}'), "bundle.layoutInvalid"],
  ["no layout file", (d) => rmSync(path.join(d, "oci-layout")), "bundle.notFound"],
  ["another digest algorithm", editIndex((i) => { i.manifests[0].digest = `sha512:${"0".repeat(128)}`; }), "bundle.layoutInvalid"],
  ["a digest that climbs out", editIndex((i) => { i.manifests[0].digest = "sha256:../../../etc/passwd"; }), "bundle.layoutInvalid"],
  ["a digest in capitals", editIndex((i) => { i.manifests[0].digest = i.manifests[0].digest.toUpperCase().replace("SHA", "sha"); }), "bundle.layoutInvalid"],
  ["a negative size", editIndex((i) => { i.manifests[0].size = -1; }), "bundle.layoutInvalid"],
  ["a size past every integer", editIndex((i) => { i.manifests[0].size = 2 ** 53; }), "bundle.layoutInvalid"],
  ["a manifest said to be shorter than it is", editIndex((i) => { i.manifests[0].size -= 1; }), "bundle.blobSizeMismatch"],
  ["a descriptor that sends elsewhere for its content", editIndex((i) => { i.manifests[0].urls = ["http://example.invalid"]; }), "bundle.layoutInvalid"],
  ["a descriptor that carries its content", editManifest((m) => { Object.assign(layerOf(m, "tokenizer.json"), { data: "e30=" }); }), "bundle.layoutInvalid"],
  ["an unknown kind of manifest", editIndex((i) => { i.manifests[0].artifactType = "application/x-evil"; }), "bundle.mediaTypeUnknown"],
  ["an unknown kind of layer", editManifest((m) => { layerOf(m, "tokenizer.json").mediaType = "application/x-evil"; }), "bundle.mediaTypeUnknown"],
  ["a layer to be unpacked as an archive", editManifest((m) => { layerOf(m, "tokenizer.json").mediaType = "application/vnd.cncf.model.weight.v1.tar"; }), "bundle.mediaTypeUnknown"],
  ["a manifest with a field named __proto__", (d) => replaceManifest(d, readFileSync(blobAt(d, indexOf(d).manifests[0].digest), "utf8").replace("{", '{"__proto__":{"layers":[]},')), "bundle.layoutInvalid"],
  ["a bundle of a later format", editManifest((m) => { m.annotations["ai.sallyport.format"] = "2"; }), "bundle.layoutInvalid"],
  ["two paths that are one in another Unicode form", (d) => { addLayer("bundle/caf\u00e9", "one")(d); addLayer("bundle/cafe\u0301", "two")(d); }, "bundle.layoutInvalid"],
  ["one blob with two sizes", editManifest((m) => { const l = layerOf(m, "tokenizer.json"); m.layers.push({ ...structuredClone(l), size: l.size + 1, annotations: { "org.cncf.model.filepath": "bundle/more" } }); }), "bundle.layoutInvalid"],
];

const PATHS: readonly (readonly [string, string, string])[] = [
  ["a path that climbs out", "../../evil", "bundle.pathEscapes"],
  ["an absolute path", "/etc/cron.d/evil", "bundle.pathEscapes"],
  ["a backslash", "a\\..\\evil", "bundle.pathEscapes"],
  ["a drive letter", "C:evil", "bundle.pathEscapes"],
  ["a NUL", "a\0b", "bundle.pathEscapes"],
  ["an empty part", "a//b", "bundle.pathEscapes"],
  ["no path", "", "bundle.pathEscapes"],
  ["a device's name", "bundle/con.txt", "bundle.entryRefused"],
  ["a device's name before a space", "bundle/AUX .txt", "bundle.entryRefused"],
  ["a device's name with a raised digit", "bundle/com\u00b9", "bundle.entryRefused"],
  ["the console's name", "bundle/CONOUT$", "bundle.entryRefused"],
  ["a second stream of a file", "bundle/a:b", "bundle.entryRefused"],
  ["a name that ends in a dot", "bundle/evil.", "bundle.entryRefused"],
  ["a name with a control character", "bundle/a\x1bb", "bundle.entryRefused"],
  ["a name with a C1 control character", "bundle/a\x9bb", "bundle.entryRefused"],
  ["a name that shows backwards", "bundle/a\u202egpj.exe", "bundle.entryRefused"],
  ["a name with a letter of no width", "bundle/start\u200d.sh", "bundle.entryRefused"],
  ["half a letter", "bundle/\ud800", "bundle.entryRefused"],
  ["a name longer than a file system holds", `bundle/${"é".repeat(128)}`, "bundle.entryRefused"],
  ["the name that unpacking writes under", "bundle/start.sh.part", "bundle.entryRefused"],
  ["the name of the installed manifest", "bundle/manifest.json", "bundle.entryRefused"],
  ["two layers with one path", "model.json", "bundle.layoutInvalid"],
  ["two paths that differ only in case", "MODEL.json", "bundle.layoutInvalid"],
  ["two paths that differ only in the case of a long s", "bundle/\u017ftart.sh", "bundle.layoutInvalid"],
  ["two directories that differ only in case", "Bundle/evil", "bundle.layoutInvalid"],
  ["a file where a directory is needed", "bundle", "bundle.layoutInvalid"],
];

const CLAIMS: readonly (readonly [string, (directory: string) => void, string])[] = [
  ["a claim of another model", editManifest((m) => { m.annotations["ai.sallyport.model.digest"] = `sha256:${"1".repeat(64)}`; }), "bundle.digestMismatch"],
  ["a claim of another checkpoint", editManifest((m) => { m.annotations["ai.sallyport.checkpoint.digest"] = `sha256:${"1".repeat(64)}`; }), "bundle.digestMismatch"],
  ["a claim of another name", editManifest((m) => { m.annotations["org.opencontainers.image.title"] = "better"; }), "bundle.layoutInvalid"],
  ["a claim of another recipe", editManifest((m) => { m.annotations["ai.sallyport.recipe"] = "int4"; }), "bundle.layoutInvalid"],
  ["a config of another name", editConfig((c) => { c.descriptor["name"] = "better"; }), "bundle.layoutInvalid"],
  ["a config of another family", editConfig((c) => { c.descriptor["family"] = "llama"; }), "bundle.layoutInvalid"],
  ["a config of another quantization", editConfig((c) => { c.config["quantization"] = "int4"; }), "bundle.layoutInvalid"],
  ["a config that lists other layers", editConfig((c) => { c.modelfs.diffIds.reverse(); }), "bundle.layoutInvalid"],
  ["metadata of another size", (d) => replaceManifest(d, readFileSync(blobAt(d, indexOf(d).manifests[0].digest), "utf8").replace('\\"size\\":2', '\\"size\\":3')), "bundle.layoutInvalid"],
  ["metadata that sets a user's id", (d) => replaceManifest(d, readFileSync(blobAt(d, indexOf(d).manifests[0].digest), "utf8").replace('\\"mode\\":420', '\\"mode\\":2541')), "bundle.layoutInvalid"],
  ["lineage of another checkpoint", replaceLayer("bundle/lineage.json", (text) => text.replace("c".repeat(64), "d".repeat(64))), "bundle.digestMismatch"],
  ["lineage of another model", replaceLayer("bundle/lineage.json", (text) => text.replace(/"modelDigest":"[0-9a-f]/, '"modelDigest":"f')), "bundle.digestMismatch"],
  ["lineage that is no JSON", replaceLayer("bundle/lineage.json", () => "{"), "bundle.layoutInvalid"],
  ["no lineage", dropLayer("bundle/lineage.json"), "bundle.layoutInvalid"],
  ["a layer left out", dropLayer("tokenizer.json"), "package.fileMissing"],
  ["a layer put in another's place", replaceLayer("tokenizer.json", () => "[]"), "package.fileChanged"],
  ["a file the package knows nothing of", addLayer("chat_template.jinja", "{{ evil }}"), "bundle.unexpectedFile"],
  ["no model.json", dropLayer("model.json"), "bundle.layoutInvalid"],
  ["a model.json that is no JSON", (d) => { replaceLayer("model.json", () => "{")(d); editManifest((m) => { m.annotations["ai.sallyport.model.digest"] = layerOf(m, "model.json").digest; })(d); }, "package.invalid"],
  ["a model.json of a later format", (d) => { replaceLayer("model.json", (text) => text.replace('"formatVersion":1', '"formatVersion":2'))(d); editManifest((m) => { m.annotations["ai.sallyport.model.digest"] = layerOf(m, "model.json").digest; })(d); }, "package.newerFormat"],
];

async function refusesBoth(damage: (directory: string) => void, code: string): Promise<void> {
  const directory = fresh();
  cpSync(whole, directory, { recursive: true, verbatimSymlinks: true });
  damage(directory);
  await expect(verify(directory)).rejects.toMatchObject({ code });
  const to = fresh();
  await expect(install(directory, to)).rejects.toMatchObject({ code });
  expect(existsSync(to)).toBe(false);
  expect(existsSync(`${to}.partial`)).toBe(false);
}

describe("verify names the first thing wrong, and install refuses the same and leaves nothing:", () => {
  it.each(BLOBS)("%s", (_, damage, code) => refusesBoth(damage, code));
  it.each(DOCUMENTS)("%s", (_, damage, code) => refusesBoth(damage, code));
  it.each(PATHS)("%s", (_, to, code) => refusesBoth(renameFirstLayer(to), code));
  it.each(CLAIMS)("%s", (_, damage, code) => refusesBoth(damage, code));
});

describe("what no manifest names", () => {
  it.each(STRANGERS)("is refused by verify and never installed: %s", async (_, damage, code) => {
    const directory = fresh();
    cpSync(whole, directory, { recursive: true });
    damage(directory);
    await expect(verify(directory)).rejects.toMatchObject({ code });
    const [to, expected] = [fresh(), fresh()];
    await install(directory, to);
    await install(whole, expected);
    expect(contentsOf(to)).toEqual(contentsOf(expected));
  });
});

describe("a bundle", () => {
  it("with another digest than the one its receiver was told is refused by verify and by install", async () => {
    const other = fresh();
    await create(makePackage(fresh(), { "tokenizer.json": "{ }" }), other);
    await expect(verify(other, digest)).rejects.toMatchObject({ code: "bundle.digestMismatch" });
  });

  it("that names a blob under ten thousand paths is hashed once", async () => {
    const directory = fresh();
    cpSync(whole, directory, { recursive: true });
    editManifest((m) => {
      const weight = layerOf(m, "weights-00001.bin");
      for (let i = 0; i < 10_000; i++) m.layers.push({ ...weight, annotations: { "org.cncf.model.filepath": `bundle/w${i}` } });
    })(directory);
    for (const name of ["SHA256SUMS", "files.tsv"]) rmSync(path.join(directory, name));
    let opened = 0;
    const counting: Files = {
      ...files,
      open: async (file) => {
        opened++;
        return files.open(file);
      },
    };
    const { blobs } = await verify(directory, undefined, counting);
    expect(blobs).toBe((await verify(whole)).blobs);
    expect(opened).toBeLessThanOrEqual(blobs);
  });

  it("names the media type that it does not know", async () => {
    const directory = fresh();
    cpSync(whole, directory, { recursive: true });
    editManifest((m) => { layerOf(m, "tokenizer.json").mediaType = "application/x-evil"; })(directory);
    await expect(bundleContents(files, directory)).rejects.toMatchObject({ code: "bundle.mediaTypeUnknown", details: { found: "application/x-evil" } });
  });

  it("is judged by the bytes that were installed, though the medium answers differently when it is asked again", async () => {
    const head = blobOf(whole, "model.json");
    let reads = 0;
    const turncoat: Files = {
      ...files,
      readAll: async (file, limit) => {
        if (file === head) reads++;
        return files.readAll(file, limit);
      },
    };
    await install(whole, fresh(), { disk: turncoat });
    expect(reads).toBe(0);
  });
});
