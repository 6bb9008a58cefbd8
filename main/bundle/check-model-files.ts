import { createHash } from "node:crypto";
import { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import { PackageManifest } from "../../shared/schemas/model-package.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { ANNOTATIONS, digestOf, isExtra, LINEAGE_FILE } from "./bundle-layout.ts";
import type { BundleLayer, OpenedPackage } from "./opened-bundle.ts";

/** 61 layers of 256 experts list a few hundred files: 1 MB. More would be parsed only to fill memory. */
const MAX_MODEL_JSON_BYTES = 64 * 2 ** 20;
const FORMAT_VERSION = 1;

/** What of lineage.json the bundle also says elsewhere; the rest is for people. */
const Lineage = z.object({ modelDigest: z.string(), checkpointDigest: z.string() });

/**
 * The layers are the package that model.json describes, no file more and none less, and what manifest, config and lineage say of it is so. A bundle put
 * together from parts of two packages fails here though each blob is what its name says.
 * @param fileOf where a layer's bytes lie: in the bundle, or already installed. They are hashed again as they are read.
 * @throws bundle.layoutInvalid, bundle.digestMismatch, bundle.blobChanged, bundle.unexpectedFile, package.invalid, package.newerFormat, package.fileMissing, package.fileChanged
 */
export async function checkModelFiles(files: Files, bundle: OpenedPackage, fileOf: (layer: BundleLayer) => string): Promise<void> {
  if (bundle.config.config.format === "safetensors") return checkCheckpoint(bundle);
  const byPath = new Map(bundle.layers.map((layer) => [layer.path, layer]));
  const head = layerAt(byPath, PACKAGE_FILES.manifest);
  requireDigest(bundle.manifest.annotations[ANNOTATIONS.modelDigest], head.sha256);
  const model = parseModel(await readLayer(files, head, fileOf(head)), fileOf(head));
  checkFileList(model, byPath);
  checkClaims(model, bundle);
  const lineage = layerAt(byPath, LINEAGE_FILE);
  const told = parseLineage(await readLayer(files, lineage, fileOf(lineage)), fileOf(lineage));
  requireDigest(digestOf(told.modelDigest), head.sha256);
  requireDigest(digestOf(told.checkpointDigest), model.lineage.checkpointDigest);
}

/** Nothing is added to a checkpoint, so its layers alone give its digest: SHA-256 over the sorted lines of `sha256sum`. */
function checkCheckpoint({ digest, layers, manifest, config }: OpenedPackage): void {
  const lines = layers.map(({ sha256, path }) => Buffer.from(`${sha256}  ${path}\n`, "utf8")).sort(Buffer.compare);
  const found = createHash("sha256").update(Buffer.concat(lines)).digest("hex");
  requireDigest(manifest.annotations[ANNOTATIONS.checkpointDigest], found);
  requireDigest(manifest.annotations[ANNOTATIONS.modelDigest], found);
  const claims = { name: [manifest.annotations[ANNOTATIONS.title], config.descriptor.name], precision: [manifest.annotations[ANNOTATIONS.recipe], config.config.precision] };
  for (const [what, [claimed, told]] of Object.entries(claims)) {
    if (claimed !== told) throw new WorkbenchError("bundle.layoutInvalid", { file: `manifest ${digest}`, reason: `its ${what} is ${JSON.stringify(claimed)}, its config says ${JSON.stringify(told)}` });
  }
}

function layerAt(byPath: ReadonlyMap<string, BundleLayer>, file: string): BundleLayer {
  const layer = byPath.get(file);
  if (layer === undefined) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "no layer holds it" });
  return layer;
}

async function readLayer(files: Files, { sha256 }: BundleLayer, file: string): Promise<Uint8Array> {
  const bytes = await files.readAll(file, MAX_MODEL_JSON_BYTES);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) throw new WorkbenchError("bundle.blobChanged", { file, expected: digestOf(sha256), found: digestOf(found) });
  return bytes;
}

function parseModel(bytes: Uint8Array, file: string): PackageManifest {
  const json = parseJson(bytes, (reason, cause) => new WorkbenchError("package.invalid", { file, reason }, { cause }));
  const version = typeof json === "object" && json !== null && "formatVersion" in json ? json.formatVersion : undefined;
  if (typeof version === "number" && version > FORMAT_VERSION) throw new WorkbenchError("package.newerFormat", { file, found: version, supported: FORMAT_VERSION });
  const parsed = PackageManifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WorkbenchError("package.invalid", { file, reason: `${issue?.path.join(".") || "the document"}: ${issue?.message.slice(0, 500)}` });
}

function parseLineage(bytes: Uint8Array, file: string): z.infer<typeof Lineage> {
  const parsed = Lineage.safeParse(parseJson(bytes, (reason, cause) => new WorkbenchError("bundle.layoutInvalid", { file, reason }, { cause })));
  if (parsed.success) return parsed.data;
  throw new WorkbenchError("bundle.layoutInvalid", { file, reason: `${parsed.error.issues[0]?.path.join(".")}: ${parsed.error.issues[0]?.message}` });
}

function parseJson(bytes: Uint8Array, fault: (reason: string, cause: unknown) => WorkbenchError): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw fault(cause instanceof Error ? cause.message.slice(0, 500) : String(cause), cause);
  }
}

/** The runtime reads files by name when they are there (a chat template, say): one that the model's digest does not cover must not get in. */
function checkFileList(model: PackageManifest, byPath: ReadonlyMap<string, BundleLayer>): void {
  const known = new Set<string>([PACKAGE_FILES.manifest, PACKAGE_FILES.parity]);
  for (const listed of model.files) {
    known.add(listed.path);
    const layer = byPath.get(listed.path);
    if (layer === undefined) throw new WorkbenchError("package.fileMissing", { file: listed.path });
    if (layer.sha256 !== listed.sha256 || layer.bytes !== listed.bytes) throw new WorkbenchError("package.fileChanged", { file: listed.path, expected: digestOf(listed.sha256), found: digestOf(layer.sha256) });
  }
  for (const file of byPath.keys()) if (!known.has(file) && !isExtra(file)) throw new WorkbenchError("bundle.unexpectedFile", { file });
}

/** Manifest and config are what `inspect`, registries and people read. */
function checkClaims({ name, spec, recipe, lineage }: PackageManifest, { digest, manifest, config }: OpenedPackage): void {
  requireDigest(manifest.annotations[ANNOTATIONS.checkpointDigest], lineage.checkpointDigest);
  const claims: readonly (readonly [string, string | undefined, string])[] = [
    ["the name", manifest.annotations[ANNOTATIONS.title], name],
    ["the recipe", manifest.annotations[ANNOTATIONS.recipe], recipe.name],
    ["the config's name", config.descriptor.name, name],
    ["the config's family", config.descriptor.family, spec.family],
    ["the config's quantization", config.config.quantization, recipe.name],
  ];
  for (const [what, claimed, found] of claims) {
    if (claimed !== found) throw new WorkbenchError("bundle.layoutInvalid", { file: `manifest ${digest}`, reason: `${what} is ${JSON.stringify(claimed)}, ${PACKAGE_FILES.manifest} says ${JSON.stringify(found)}` });
  }
}

/** @param claimed "sha256:…" @param found hex */
function requireDigest(claimed: string | undefined, found: string): void {
  if (claimed !== digestOf(found)) throw new WorkbenchError("bundle.digestMismatch", { expected: claimed ?? "none", found: digestOf(found) });
}
