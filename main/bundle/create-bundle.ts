import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import type { OnProgress } from "../domain/progress.ts";
import { type ConfigDocument, documentBytes, type LayerDescriptor, type ManifestDocument } from "./bundle-documents.ts";
import {
  ANNOTATIONS, ARTIFACT_TYPE, blobFile, blobsDirectory, BUNDLE_FORMAT, CONFIG_MEDIA_TYPE, digestOf, FILE_METADATA_ANNOTATION, FILEPATH_ANNOTATION, fileMetadata, hexOf, INDEX_FILE, INDEX_MEDIA_TYPE, isExtra,
  LAYOUT_CONTENT, LAYOUT_FILE, layerMediaType, LINEAGE_FILE, MANIFEST_MEDIA_TYPE, START_SCRIPT, START_SCRIPT_WINDOWS,
} from "./bundle-layout.ts";
import { checkLayerPaths } from "./check-layer-paths.ts";
import { clearPartial } from "./clear-partial.ts";
import { findLicences, type Licences } from "./find-licences.ts";
import { START_SCRIPT_TEXT, START_SCRIPT_WINDOWS_TEXT } from "./start-script.ts";
import { type BlobTraffic, readThrough, transferBlob } from "./transfer-blob.ts";
import { sealBundle } from "./trust/seal-bundle.ts";

export interface CreateBundle {
  readonly files: Files;
  readonly model: ModelPackage;
  readonly out: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Called when nothing is left to do but to give the bundle its name. */
  beforeNaming(made: MadeBundle): Promise<void>;
}

export interface MadeBundle {
  readonly digest: string;
  readonly bytes: number;
}

/** One file of the bundle: of the package, or made here. */
interface Source {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly content: { readonly kind: "file"; readonly file: string } | { readonly kind: "bytes"; readonly bytes: Uint8Array };
}

/**
 * Writes a bundle: every file of the package, its parity record, lineage and start scripts, each a blob under its digest. Nothing depends on time, place or
 * order, so the same package gives the same digest. Made as `out`.partial and renamed last; blobs that an interrupted run finished are hashed and kept.
 * @throws bundle.targetExists, package.invalid, package.fileMissing, package.fileChanged, files.noSpace
 */
export async function createBundle(request: CreateBundle): Promise<MadeBundle> {
  const { files, model, onProgress, signal } = request;
  const out = path.resolve(request.out);
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  const partial = `${out}.partial`;
  try {
    const licences = await findLicences(files, model);
    const sources = await sourcesOf(files, signal, model, licences);
    const total = sources.reduce((sum, source) => sum + source.bytes, 0);
    let done = 0;
    const onBytes = (bytes: number): void => {
      done += bytes;
      onProgress({ step: "bundle", done, total, unit: "bytes" });
    };
    await clearPartial(files, partial, model.directory, new Map(sources.map((source) => [path.relative(partial, blobFile(partial, source.sha256)).replaceAll(path.sep, "/"), source.bytes])));
    await files.makeDirectory(blobsDirectory(partial));
    for (const source of sources) await storeSource({ files, signal, onBytes }, partial, source);
    const digest = await writeDocuments(files, partial, model, sources, licences);
    await sealBundle(files, partial);
    signal.throwIfAborted();
    const made = { digest, bytes: total };
    await request.beforeNaming(made);
    await files.rename(partial, out);
    return made;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "files.noSpace") await files.remove(partial).catch(() => undefined);
    throw error instanceof WorkbenchError ? packageFault(error, model) : error;
  }
}

async function sourcesOf(files: Files, signal: AbortSignal, model: ModelPackage, licences: Licences): Promise<Source[]> {
  const inPackage = (name: string, sha256: string, bytes: number): Source => ({ path: name, sha256, bytes, content: { kind: "file", file: path.join(model.directory, name) } });
  const made = (name: string, content: Uint8Array): Source => ({ path: name, sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length, content: { kind: "bytes", bytes: content } });
  const text = (name: string, content: string): Source => made(name, new TextEncoder().encode(content));
  // model.json cannot list itself, and lists parity.safetensors only if it will never be recorded again.
  const sources = model.manifest.files.map((file) => inPackage(file.path, file.sha256, file.bytes));
  const head = await sizeOf(files, path.join(model.directory, PACKAGE_FILES.manifest));
  sources.push(inPackage(PACKAGE_FILES.manifest, model.digest, head));
  const parity = path.join(model.directory, PACKAGE_FILES.parity);
  if (!sources.some((source) => source.path === PACKAGE_FILES.parity) && (await files.status(parity)) !== undefined) {
    const bytes = await sizeOf(files, parity);
    sources.push(inPackage(PACKAGE_FILES.parity, await readThrough({ files, signal, onBytes: () => {} }, parity, bytes, async () => {}), bytes));
  }
  const { lineage, recipe, runtime } = model.manifest;
  sources.push(text(START_SCRIPT, START_SCRIPT_TEXT), text(START_SCRIPT_WINDOWS, START_SCRIPT_WINDOWS_TEXT));
  sources.push(made(LINEAGE_FILE, documentBytes({ modelDigest: model.digest, ...lineage, recipe, runtime, licences })));
  checkPackagePaths(model, sources.map((source) => source.path));
  return sources.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the receiver would refuse is refused before anything is written. */
function checkPackagePaths(model: ModelPackage, paths: readonly string[]): void {
  const reserved = model.manifest.files.find((file) => isExtra(file.path));
  const file = path.join(model.directory, PACKAGE_FILES.manifest);
  if (reserved !== undefined) throw new WorkbenchError("package.invalid", { file, reason: `${reserved.path}: a bundle puts its own files there` });
  try {
    checkLayerPaths(paths);
  } catch (cause) {
    if (!(cause instanceof WorkbenchError)) throw cause;
    throw new WorkbenchError("package.invalid", { file, reason: cause.message.slice(0, 500) }, { cause });
  }
}

async function sizeOf(files: Files, file: string): Promise<number> {
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("package.fileMissing", { file });
  if (status.kind !== "file") throw new WorkbenchError("package.invalid", { file, reason: `it is a ${status.kind}, not a file` });
  return status.bytes;
}

async function storeSource(traffic: BlobTraffic, partial: string, { sha256, bytes, content }: Source): Promise<void> {
  const to = blobFile(partial, sha256);
  if (content.kind === "file") return transferBlob(traffic, content.file, to, { sha256, bytes });
  traffic.signal.throwIfAborted();
  await traffic.files.writeWhole(to, content.bytes);
  traffic.onBytes(bytes);
}

/** Manifest and config as blobs, then the files that make the directory a bundle. @returns the manifest's digest */
async function writeDocuments(files: Files, partial: string, model: ModelPackage, sources: readonly Source[], licences: Licences): Promise<string> {
  const { name, spec, recipe, lineage } = model.manifest;
  const licence = licences.spdx ?? licences.declared;
  const layers: LayerDescriptor[] = sources.map((source) => ({
    mediaType: layerMediaType(source.path) as LayerDescriptor["mediaType"], digest: digestOf(source.sha256), size: source.bytes,
    annotations: { [FILEPATH_ANNOTATION]: source.path, [FILE_METADATA_ANNOTATION]: fileMetadata(source.path, source.bytes) },
  }));
  const config: ConfigDocument = {
    descriptor: { name, family: spec.family, ...(licence === null ? {} : { licenses: [licence] }) },
    modelfs: { type: "layers", diffIds: layers.map((layer) => layer.digest) },
    config: { architecture: "transformer", format: "onnx", precision: "float32", quantization: recipe.name },
  };
  const blob = async (document: unknown): Promise<{ digest: string; size: number }> => {
    const content = documentBytes(document);
    const hex = createHash("sha256").update(content).digest("hex");
    await files.writeWhole(blobFile(partial, hex), content);
    return { digest: digestOf(hex), size: content.length };
  };
  const manifest: ManifestDocument = {
    schemaVersion: 2, mediaType: MANIFEST_MEDIA_TYPE, artifactType: ARTIFACT_TYPE, config: { mediaType: CONFIG_MEDIA_TYPE, ...(await blob(config)) }, layers,
    annotations: {
      [ANNOTATIONS.title]: name, [ANNOTATIONS.format]: BUNDLE_FORMAT, [ANNOTATIONS.modelDigest]: digestOf(model.digest), [ANNOTATIONS.checkpointDigest]: digestOf(lineage.checkpointDigest),
      [ANNOTATIONS.recipe]: recipe.name,
    },
  };
  const named = await blob(manifest);
  await files.writeWhole(path.join(partial, LAYOUT_FILE), documentBytes(LAYOUT_CONTENT));
  await files.writeWhole(path.join(partial, INDEX_FILE), documentBytes({ schemaVersion: 2, mediaType: INDEX_MEDIA_TYPE, manifests: [{ mediaType: MANIFEST_MEDIA_TYPE, artifactType: ARTIFACT_TYPE, ...named }] }));
  return named.digest;
}

/** A package file that is not what model.json says is the package's fault, and is named as such. */
function packageFault(error: WorkbenchError, model: ModelPackage): WorkbenchError {
  if (error.code !== "bundle.blobChanged" && error.code !== "bundle.blobSizeMismatch" && error.code !== "bundle.blobMissing" && error.code !== "bundle.entryRefused") return error;
  const details = error.details as { file: string; expected?: string; found?: string; expectedBytes?: number; foundBytes?: number; reason?: string };
  if (!details.file.startsWith(model.directory + path.sep)) return error;
  if (error.code === "bundle.blobMissing") return new WorkbenchError("package.fileMissing", { file: details.file }, { cause: error });
  if (error.code === "bundle.entryRefused") return new WorkbenchError("package.invalid", { file: details.file, reason: details.reason ?? "" }, { cause: error });
  const expected = details.expected ?? `${details.expectedBytes} bytes`;
  const found = details.found ?? `${details.foundBytes} bytes`;
  return new WorkbenchError("package.fileChanged", { file: details.file, expected: hexOf(expected) ?? expected, found: hexOf(found) ?? found }, { cause: error });
}
