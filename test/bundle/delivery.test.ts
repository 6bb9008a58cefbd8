import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleContents } from "../../main/bundle/bundle-contents.ts";
import { createModelBundle, type BundleToCreate } from "../../main/pipeline/create-bundle.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { createTestJobContext } from "../pipeline/test-job-context.ts";
import { contentsOf, files, fresh, install, verify } from "./bundle-fixture.ts";

const checkpoint = fileURLToPath(new URL("../references/deepseek-v3/", import.meta.url));
const installation = { root: fileURLToPath(new URL("../../", import.meta.url)), version: "0.1.0", node: process.execPath, nodeVersion: process.version, platform: "linux-x64" };
const target = { concurrency: 2, nodes: 1, preference: "best-quality", directory: "/opt/models", port: 8000 } as const;
const REPORT = {
  id: "report-1", modelId: "ckpt-1", createdAt: "2026-11-24T12:00:00.000Z",
  body: {
    kind: "parity" as const, expected: { source: "own record", sha256: "a".repeat(64), positions: 4, vocabSize: 8, greedyTokens: 4 }, chunkTokens: null, maxAbsoluteDelta: 0.001, meanAbsoluteDelta: 0, klMean: 0, klMax: 0, top1Agreement: 1, firstDivergingToken: null, toleranceAbsolute: 0.01, passed: true,
    ropeFrequencies: "float32" as const, exact: null, conditions: { model: { id: "ckpt-1", name: "R1", digest: "", recipe: "f32", weightBytes: 1 }, engine: { name: "onnxruntime", version: "1.30.0", threads: 2 }, machine: { cpu: "test", cores: 2, memoryBytes: 1, platform: "linux-x64", node: "24" }, startedAt: "2026-11-24T12:00:00.000Z" },
  },
};

async function deliver(out: string, changes: Partial<BundleToCreate> = {}): Promise<string> {
  const context = createTestJobContext();
  try {
    const request: BundleToCreate = {
      models: [{ directory: checkpoint, name: "R1" }], name: "Delivery 7", marks: [{ kind: "export-control", text: "EAR99" }, { kind: "classification", text: "内部" }], images: [], runtimes: [], reports: [], installation, out,
      targets: [{ ...target, kind: "vllm", machine: presetMachine("h100"), machineName: "h100" }, { ...target, kind: "vllm-ascend", machine: presetMachine("910b3x8"), machineName: "910b3x8" }], ...changes,
    };
    return (await createModelBundle(context, request)).digest;
  } finally {
    context.dispose();
  }
}

interface Document {
  digest: string;
  manifest: { config: { digest: string }; layers: { digest: string; size: number; annotations: Record<string, string> }[] };
}
const sha = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const blob = (directory: string, digest: string): string => path.join(directory, "blobs/sha256", digest.replace("sha256:", ""));
const indexOf = (directory: string) => JSON.parse(readFileSync(path.join(directory, "index.json"), "utf8"));
function deliveryOf(directory: string): Document {
  const { digest } = indexOf(directory).manifests.at(-1);
  return { digest, manifest: JSON.parse(readFileSync(blob(directory, digest), "utf8")) };
}
const FILEPATH = "org.cncf.model.filepath";
const METADATA = "org.cncf.model.file.metadata+json";
const fileOf = (directory: string, name: string): string => readFileSync(blob(directory, deliveryOf(directory).manifest.layers.find((layer) => layer.annotations[FILEPATH] === name)?.digest ?? ""), "utf8");

/** Writes other content for a file of the delivery, and everything above it so that it is consistent: an attacker who can make a bundle. */
function forge(directory: string, name: string, change: (content: string) => string): void {
  const { digest, manifest } = deliveryOf(directory);
  const layer = manifest.layers.find((each) => each.annotations[FILEPATH] === name);
  if (layer === undefined) throw new Error(`no ${name}`);
  const content = change(readFileSync(blob(directory, layer.digest), "utf8"));
  rmSync(blob(directory, layer.digest));
  writeFileSync(blob(directory, sha(content)), content);
  Object.assign(layer, { digest: `sha256:${sha(content)}`, size: Buffer.byteLength(content) });
  layer.annotations[METADATA] = JSON.stringify({ ...JSON.parse(layer.annotations[METADATA] ?? ""), size: layer.size });
  reseal(directory, digest, manifest);
}

function reseal(directory: string, old: string, manifest: Document["manifest"]): void {
  const text = JSON.stringify(manifest);
  rmSync(blob(directory, old));
  writeFileSync(blob(directory, sha(text)), text);
  const index = indexOf(directory);
  Object.assign(index.manifests.at(-1), { digest: `sha256:${sha(text)}`, size: Buffer.byteLength(text) });
  writeFileSync(path.join(directory, "index.json"), JSON.stringify(index));
}

/** The same, and the bill of materials says it too. */
function forgeAll(directory: string, name: string, change: (content: string) => string): void {
  const before = fileOf(directory, name);
  forge(directory, name, change);
  forge(directory, "bom.cdx.json", (bill) => bill.replaceAll(sha(before), sha(fileOf(directory, name))));
}

const whole = fresh();
let digest = "";
beforeAll(async () => {
  digest = await deliver(whole);
});

describe("a delivery", () => {
  it("verifies, and its marks are on what verification and inspection say", async () => {
    expect(await verify(whole, digest)).toMatchObject({ digest, marks: [{ kind: "export-control", text: "EAR99" }, { kind: "classification", text: "内部" }] });
    const { delivery } = await bundleContents(files, whole);
    expect(delivery?.targets.map(({ id, weights, precision }) => [id, weights.included, precision])).toEqual([["vllm-h100", true, "bf16"], ["vllm-ascend-910b3x8", true, "bf16"]]);
    expect(delivery?.packages).toMatchObject([{ name: "R1", kind: "checkpoint" }]);
    expect(fileOf(whole, "README.md")).toContain("**export-control: EAR99**");
  });

  it("has the same digest wherever and whenever it is made", async () => {
    expect(await deliver(fresh())).toBe(digest);
  });

  it("has another digest for another mark", async () => {
    expect(await deliver(fresh(), { marks: [] })).not.toBe(digest);
  });

  it("carries the checkpoint untouched, and installs it with the launch files beside", async () => {
    const to = fresh();
    const { modelDigest } = await install(whole, to);
    const installed = contentsOf(to);
    for (const [name, content] of Object.entries(contentsOf(checkpoint))) if (/\.(safetensors|json)$/.test(name) && name in installed) expect(installed[name] === content, name).toBe(true);
    expect(Object.keys(installed)).toEqual(expect.arrayContaining(["config.json", "model.safetensors.index.json", "bundle/delivery.json", "bundle/bom.cdx.json", "bundle/launch/vllm-h100/compose.yaml", "bundle/launch/vllm-ascend-910b3x8/preflight.sh"]));
    expect(modelDigest).toBe((await bundleContents(files, whole)).modelDigest);
  });

  it("holds several packages, each with a name of its own, and installs the one that is named", async () => {
    const out = fresh();
    await deliver(out, { models: [{ directory: checkpoint, name: "R1" }, { directory: fileURLToPath(new URL("../references/deepseek-v2/", import.meta.url)), name: "V2 / 试" }], targets: [] });
    await verify(out);
    expect(indexOf(out).manifests.map((each: { annotations: Record<string, string> }) => each.annotations["org.opencontainers.image.ref.name"])).toEqual(["R1", "V2", "delivery"]);
    await expect(install(out, fresh())).rejects.toMatchObject({ code: "bundle.packageNotFound", details: { found: "", known: "R1, V2 / 试" } });
  });

  it("refuses two models of one name, and a report on another model, before anything is written", async () => {
    await expect(deliver(fresh(), { models: [{ directory: checkpoint, name: "R1" }, { directory: fileURLToPath(new URL("../references/deepseek-v2/", import.meta.url)), name: "r1" }] })).rejects.toMatchObject({ code: "usage.invalid" });
    await expect(deliver(fresh(), { reports: [REPORT] })).rejects.toMatchObject({ code: "usage.invalid" });
  });

  it("carries a saved image untouched, and its target runs in it", async () => {
    const directory = fresh();
    mkdirSync(directory);
    const config = '{"architecture":"amd64"}';
    writeFileSync(path.join(directory, `${sha(config)}.json`), config);
    writeFileSync(path.join(directory, "manifest.json"), JSON.stringify([{ Config: `${sha(config)}.json`, RepoTags: ["registry.site/vllm/vllm-openai:v1"], Layers: [] }]));
    const image = `${directory}.tar`;
    execFileSync("tar", ["-C", directory, "-cf", image, "manifest.json", `${sha(config)}.json`]);
    const out = fresh();
    await deliver(out, { images: [image] });
    await verify(out);
    const { delivery } = await bundleContents(files, out);
    const [saved] = delivery?.images ?? [];
    expect(saved).toMatchObject({ reference: "registry.site/vllm/vllm-openai:v1", archiveDigest: `sha256:${sha(readFileSync(image))}`, imageDigest: `sha256:${sha(config)}` });
    expect(delivery?.targets.map((each) => each.image)).toEqual(["registry.site/vllm/vllm-openai:v1", "quay.io/ascend/vllm-ascend:v0.23.0"]);
    expect(fileOf(out, "launch/vllm-h100/compose.yaml")).toContain("image: registry.site/vllm/vllm-openai:v1");
    expect(fileOf(out, "README.md")).toContain(`\`docker load -i ${saved?.path}\``);
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(fileOf(out, "bom.cdx.json"))).toBeNull();
  });

  it("carries reports, and tells what they measured in model card and bill", async () => {
    const out = fresh();
    const { modelDigest } = await bundleContents(files, whole);
    const body = { ...REPORT.body, conditions: { ...REPORT.body.conditions, model: { ...REPORT.body.conditions.model, digest: modelDigest } } };
    await deliver(out, { reports: [{ ...REPORT, body }] });
    await verify(out);
    expect(JSON.parse(fileOf(out, "reports/report-1.json"))).toMatchObject({ id: "report-1" });
    expect(fileOf(out, `model-cards/R1-${modelDigest.slice(0, 12)}.md`)).toContain("| largest difference of a logit from its record | 0.001 | 0 | 0.01 | 4 positions, 4 greedy tokens, passed;");
    expect(JSON.parse(fileOf(out, "bom.cdx.json")).components[0].modelCard.quantitativeAnalysis.performanceMetrics[0]).toMatchObject({ value: "0.001" });
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(fileOf(out, "bom.cdx.json"))).toBeNull();
  });
});

describe("the bill of materials", () => {
  it("fits the schema of CycloneDX 1.6, and the validator sees what does not", async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(fileOf(whole, "bom.cdx.json"))).toBeNull();
    expect(await validator.validate(fileOf(whole, "bom.cdx.json").replace('"machine-learning-model"', '"model"'))).not.toBeNull();
  });

  it("lists every file of the bundle, with its digest, and says where the model comes from", () => {
    const bill = JSON.parse(fileOf(whole, "bom.cdx.json"));
    const [model] = bill.components;
    expect(model.components.map((each: { name: string }) => each.name)).toEqual(expect.arrayContaining(["config.json", "model.safetensors.index.json"]));
    expect(model.pedigree.notes).toBe("The publisher's files, unchanged.");
    expect(bill.metadata.component.properties).toContainEqual({ name: "sallyport:mark:export-control", value: "EAR99" });
  });
});

describe("verify and install refuse", () => {
  const bill = (change: (bill: { components: Record<string, unknown>[] }) => void) => (directory: string) => forge(directory, "bom.cdx.json", (text) => {
    const parsed = JSON.parse(text);
    change(parsed);
    return JSON.stringify(parsed);
  });
  const document = (change: (delivery: Record<string, never[]> & { packages: Record<string, unknown>[]; targets: Record<string, unknown>[] }) => void) => (directory: string) => forgeAll(directory, "delivery.json", (text) => {
    const parsed = JSON.parse(text);
    change(parsed);
    return JSON.stringify(parsed);
  });
  const fileEntry = (each: Record<string, unknown>): boolean => each["bom-ref"] === "delivery:README.md";

  const hashesOf = (components: Record<string, unknown>[]): unknown[] => (components.find(fileEntry) as { hashes: unknown[] }).hashes;

  it.each<[string, (directory: string) => void, string]>([
    ["a bill that lies about a file", bill(({ components }) => Object.assign(components.find(fileEntry) ?? {}, { hashes: [{ alg: "SHA-256", content: "0".repeat(64) }] })), "bundle.billDiffers"],
    ["a bill that leaves a file out", bill((each) => { each.components = each.components.filter((component) => !fileEntry(component)); }), "bundle.billDiffers"],
    ["a bill that lists what is not there", bill(({ components }) => components.push({ type: "file", "bom-ref": "delivery:ghost", name: "ghost", hashes: [{ alg: "SHA-256", content: "0".repeat(64) }] })), "bundle.billDiffers"],
    ["a bill that lies about the model", bill(({ components }) => Object.assign(components[0] ?? {}, { hashes: [{ alg: "SHA-256", content: "0".repeat(64) }] })), "bundle.billDiffers"],
    ["a bill with two digests of a file", bill(({ components }) => hashesOf(components).push({ alg: "SHA-256", content: "0".repeat(64) })), "bundle.layoutInvalid"],
    ["a bill with a weaker digest beside", bill(({ components }) => hashesOf(components).push({ alg: "MD5", content: "0".repeat(32) })), "bundle.layoutInvalid"],
    ["a bill that lists a file twice", bill(({ components }) => components.push(structuredClone(components.find(fileEntry) ?? {}))), "bundle.layoutInvalid"],
    ["a bill whose keys stand twice", (directory) => forge(directory, "bom.cdx.json", (text) => text.replace('"version":1,', '"version":1,"version":2,')), "bundle.layoutInvalid"],
    ["a bill that is no JSON", (directory) => forge(directory, "bom.cdx.json", () => "no"), "bundle.layoutInvalid"],
    ["a delivery that names another model digest", document(({ packages }) => Object.assign(packages[0] ?? {}, { modelDigest: `sha256:${"1".repeat(64)}` })), "bundle.digestMismatch"],
    ["a delivery that names a package that is not there", document(({ packages }) => Object.assign(packages[0] ?? {}, { manifestDigest: `sha256:${"1".repeat(64)}` })), "bundle.layoutInvalid"],
    ["a delivery whose packages have one name but for case and accents", document(({ packages }) => packages.push({ ...(packages[0] ?? {}), name: "r1" })), "bundle.layoutInvalid"],
    ["a delivery that calls a checkpoint a package", document(({ packages }) => Object.assign(packages[0] ?? {}, { kind: "package" })), "bundle.layoutInvalid"],
    ["a target of a package that is not there", document(({ targets }) => Object.assign(targets[0] ?? {}, { package: "other" })), "bundle.layoutInvalid"],
    ["a target whose folder is another's", document(({ targets }) => Object.assign(targets[0] ?? {}, { directory: "launch/vllm-ascend-910b3x8" })), "bundle.layoutInvalid"],
    ["an image that is not there", document((delivery) => delivery["images"]?.push({ reference: "x", archiveDigest: `sha256:${"1".repeat(64)}`, path: "images/x.tar", format: "docker-archive", imageDigest: null, bytes: 1 } as never)), "bundle.layoutInvalid"],
    ["a mark that turns its line around", document((delivery) => delivery["marks"]?.push({ kind: "classification", text: "secret\u202e" } as never)), "bundle.layoutInvalid"],
    ["a mark left out of the bundle that somebody was told of", (directory) => document((delivery) => { delivery["marks"] = []; })(directory), "bundle.digestMismatch"],
    ["two deliveries", (directory) => {
      const { manifest } = deliveryOf(directory);
      const text = JSON.stringify({ ...manifest, annotations: { ...(manifest as unknown as { annotations: object }).annotations, "org.opencontainers.image.title": "x" } });
      writeFileSync(blob(directory, sha(text)), text);
      const index = indexOf(directory);
      index.manifests.push({ ...index.manifests.at(-1), digest: `sha256:${sha(text)}`, size: Buffer.byteLength(text) });
      writeFileSync(path.join(directory, "index.json"), JSON.stringify(index));
    }, "bundle.layoutInvalid"],
    ["packages without the delivery that joins them", (directory) => {
      const index = indexOf(directory);
      index.manifests = index.manifests.slice(0, 1);
      writeFileSync(path.join(directory, "index.json"), JSON.stringify(index));
    }, "bundle.digestMismatch"],
    ["a manifest of 2 GB", (directory) => {
      const index = indexOf(directory);
      index.manifests[0].size = 2 ** 31;
      writeFileSync(path.join(directory, "index.json"), JSON.stringify(index));
    }, "bundle.layoutInvalid"],
    ["a layer in a folder that deliveries do not have", (directory) => {
      const { digest: old, manifest } = deliveryOf(directory);
      const [layer] = manifest.layers;
      manifest.layers.push({ ...structuredClone(layer as never as Document["manifest"]["layers"][number]), annotations: { [FILEPATH]: "hooks/run.sh" } });
      reseal(directory, old, manifest);
    }, "bundle.unexpectedFile"],
    ["two files that one name is left of", (directory) => {
      const { digest: old, manifest } = deliveryOf(directory);
      const layer = manifest.layers.find((each) => each.annotations[FILEPATH] === "README.md");
      manifest.layers.push({ ...structuredClone(layer as Document["manifest"]["layers"][number]), annotations: { [FILEPATH]: "readme.MD" } });
      reseal(directory, old, manifest);
    }, "bundle.layoutInvalid"],
  ])("%s", async (_what, damage, code) => {
    const directory = fresh();
    cpSync(whole, directory, { recursive: true });
    damage(directory);
    const told = code === "bundle.digestMismatch" ? digest : undefined;
    await expect(verify(directory, told)).rejects.toMatchObject({ code });
    if (told === undefined) await expect(install(directory, fresh())).rejects.toMatchObject({ code });
  });
});
