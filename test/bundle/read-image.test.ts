import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readImage } from "../../main/bundle/read-image.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";

const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-image-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const traffic = { files: createNodeFiles(), signal: new AbortController().signal, onBytes: () => {} };
const sha = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");
let count = 0;

/** What docker save writes, packed by the system's own tar. */
function archive(contents: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = path.join(root, `d${count++}`);
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), content);
  }
  const file = `${directory}.tar`;
  execFileSync("tar", ["-C", directory, "-cf", file, ...Object.keys(contents)]);
  return file;
}

const CONFIG = JSON.stringify({ architecture: "arm64", os: "linux", rootfs: { type: "layers", diff_ids: [`sha256:${sha("layer")}`] } });
const saved = (changes: Readonly<Record<string, unknown>> = {}, files: Readonly<Record<string, string>> = {}): string =>
  archive({ "manifest.json": JSON.stringify([{ Config: `${sha(CONFIG)}.json`, RepoTags: ["quay.io/ascend/vllm-ascend:v0.23.0-a3"], Layers: ["l1/layer.tar"], ...changes }]), [`${sha(CONFIG)}.json`]: CONFIG, "l1/layer.tar": "layer", ...files });

describe("a saved image", () => {
  it("is known by its tag, its id and the digest of its file", async () => {
    const file = saved();
    const { delivered } = await readImage(traffic, file);
    expect(delivered).toMatchObject({ reference: "quay.io/ascend/vllm-ascend:v0.23.0-a3", imageDigest: `sha256:${sha(CONFIG)}`, archiveDigest: `sha256:${sha(readFileSync(file))}`, format: "docker-archive" });
    expect(delivered.path).toMatch(/^images\/quay\.io-ascend-vllm-ascend-v0\.23\.0-a3-[0-9a-f]{12}\.tar$/);
  });

  it("without a tag is named by its id", async () => {
    expect((await readImage(traffic, saved({ RepoTags: null }))).delivered.reference).toBe(`sha256:${sha(CONFIG)}`);
  });

  it("as skopeo writes it, is known as docker's and as an OCI archive", async ({ skip }) => {
    if (spawnSync("skopeo", ["--version"], { stdio: "ignore" }).error !== undefined) skip("no skopeo on this machine");
    const layout = path.join(root, `oci${count++}`);
    mkdirSync(path.join(layout, "blobs/sha256"), { recursive: true });
    const layer = gzipSync(readFileSync(archive({ "etc/hello": "hello" })));
    const put = (content: string | Uint8Array) => {
      writeFileSync(path.join(layout, "blobs/sha256", sha(content)), content);
      return { digest: `sha256:${sha(content)}`, size: content.length };
    };
    const config = JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [`sha256:${sha(readFileSync(path.join(root, `d${count - 1}.tar`)))}`] } });
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: { mediaType: "application/vnd.oci.image.config.v1+json", ...put(config) }, layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...put(layer) }] });
    writeFileSync(path.join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    writeFileSync(path.join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: "application/vnd.oci.image.manifest.v1+json", ...put(manifest), annotations: { "org.opencontainers.image.ref.name": "latest" } }] }));
    const docker = path.join(root, "docker.tar");
    const oci = path.join(root, "oci.tar");
    execFileSync("skopeo", ["copy", "--insecure-policy", `oci:${layout}:latest`, `docker-archive:${docker}:vllm/vllm-openai:v0.23.0`], { stdio: "ignore" });
    execFileSync("skopeo", ["copy", "--insecure-policy", `oci:${layout}:latest`, `oci-archive:${oci}:vllm/vllm-openai:v0.23.0`], { stdio: "ignore" });
    expect((await readImage(traffic, docker)).delivered).toMatchObject({ reference: "vllm/vllm-openai:v0.23.0", format: "docker-archive" });
    expect((await readImage(traffic, oci)).delivered).toMatchObject({ format: "oci-archive", imageDigest: `sha256:${sha(manifest)}` });
  });
});

describe("what is no saved image", () => {
  it.each<[string, () => string, string]>([
    ["two images in one file", () => archive({ "manifest.json": "[{},{}]" }), "2 images"],
    ["no manifest", () => archive({ readme: "" }), "neither"],
    ["a compressed archive", () => { const file = saved(); writeFileSync(file, gzipSync(readFileSync(file))); return file; }, "compressed"],
    ["a text", () => { const file = path.join(root, "text.tar"); writeFileSync(file, "x".repeat(2048)); return file; }, "not a tar archive"],
    ["a config that is another's", () => saved({ Config: `${"0".repeat(64)}.json` }, { [`${"0".repeat(64)}.json`]: "{}" }), "not what its name says"],
    ["layers that are not there", () => saved({ Layers: ["ghost/layer.tar"] }), "do not name what is in the archive"],
    ["a tag that is none", () => saved({ RepoTags: ["--privileged"] }), "not the name of an image"],
    ["a manifest too large to read", () => saved({}, { "manifest.json": `[${" ".repeat(5 << 20)}]` }), "at most"],
    ["an archive cut off", () => { const file = saved({}, { "l1/layer.tar": "x".repeat(20_000) }); truncateSync(file, 8_192); return file; }, ""],
  ])("%s is refused", async (_what, make, reason) => {
    await expect(readImage(traffic, make())).rejects.toMatchObject({ code: "bundle.imageInvalid", details: { reason: expect.stringContaining(reason) } });
  });

  it("is refused, whatever bytes of it are changed, or is read as an image", async () => {
    const bytes = readFileSync(saved());
    const file = path.join(root, "fuzzed.tar");
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }), async (changes) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) copy[at] = value;
      writeFileSync(file, copy);
      const found = await readImage(traffic, file).then(() => "read", (error: { code?: string }) => error.code);
      expect(["read", "bundle.imageInvalid"]).toContain(found);
    }), { numRuns: 200, seed: 7 });
  });
});
