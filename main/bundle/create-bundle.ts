import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import type { OnProgress } from "../domain/progress.ts";
import { type ConfigDocument, documentBytes, type LayerDescriptor, type ManifestDocument } from "./bundle-documents.ts";
import {
  ANNOTATIONS, ARTIFACT_TYPE, blobFile, blobsDirectory, BUNDLE_FORMAT, CONFIG_MEDIA_TYPE, digestOf, FILEPATH_ANNOTATION, hexOf, INDEX_FILE, INDEX_MEDIA_TYPE, LAYOUT_CONTENT, LAYOUT_FILE,
  layerMediaType, LINEAGE_FILE, MANIFEST_MEDIA_TYPE, START_SCRIPT,
} from "./bundle-layout.ts";
import { findLicences, type Licences } from "./find-licences.ts";
import { START_SCRIPT_TEXT } from "./start-script.ts";
import { type BlobTraffic, transferBlob } from "./transfer-blob.ts";

export interface CreateBundle {
  readonly files: Files;
  readonly model: ModelPackage;
  readonly out: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** One file of the bundle: of the package, or made here. */
interface Source {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly content: { readonly kind: "file"; readonly file: string } | { readonly kind: "bytes"; readonly bytes: Uint8Array };
}

/**
 * Writes a bundle: every file of the package, its parity record, lineage and start script, each a blob under its digest. Nothing depends on time, place or
 * order, so the same package gives the same digest. Made as `out`.partial and renamed last; blobs that an interrupted run finished are hashed and kept.
 * @throws bundle.targetExists, package.fileChanged, files.noSpace
 */
export async function createBundle({ files, model, out, onProgress, signal }: CreateBundle): Promise<{ digest: string; bytes: number }> {
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  const licences = await findLicences(files, model);
  const sources = await sourcesOf(files, model, licences);
  const total = sources.reduce((sum, source) => sum + source.bytes, 0);
  const partial = `${out}.partial`;
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "bundle", done, total, unit: "bytes" });
  };
  try {
    await files.makeDirectory(blobsDirectory(partial));
    await requireSpace(files, partial, total);
    await removeStrangers(files, partial, sources);
    for (const source of sources) await storeSource({ files, signal, onBytes }, partial, source);
    const digest = await writeDocuments(files, partial, model, sources, licences);
    signal.throwIfAborted();
    await files.rename(partial, out);
    return { digest, bytes: total };
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "files.noSpace") await files.remove(partial);
    if (error instanceof WorkbenchError && (error.code === "bundle.blobChanged" || error.code === "bundle.blobSizeMismatch" || error.code === "bundle.blobMissing")) throw packageFault(error, model);
    throw error;
  }
}

async function sourcesOf(files: Files, model: ModelPackage, licences: Licences): Promise<Source[]> {
  const inPackage = (name: string, sha256: string, bytes: number): Source => ({ path: name, sha256, bytes, content: { kind: "file", file: path.join(model.directory, name) } });
  const made = (name: string, content: Uint8Array): Source => ({ path: name, sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length, content: { kind: "bytes", bytes: content } });
  const sources = model.manifest.files.map((file) => inPackage(file.path, file.sha256, file.bytes));
  for (const name of [PACKAGE_FILES.manifest, PACKAGE_FILES.parity]) {
    const file = path.join(model.directory, name);
    if ((await files.status(file)) !== undefined) sources.push(made(name, await files.readAll(file, 2 ** 31)));
  }
  sources.push(made(START_SCRIPT, new TextEncoder().encode(START_SCRIPT_TEXT)));
  const { lineage, recipe, runtime } = model.manifest;
  sources.push(made(LINEAGE_FILE, documentBytes({ modelDigest: model.digest, ...lineage, recipe, runtime, licences })));
  return sources.toSorted((a, b) => (a.path < b.path ? -1 : 1));
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
  const layers: LayerDescriptor[] = sources.map((source) => ({
    mediaType: layerMediaType(source.path) as LayerDescriptor["mediaType"], digest: digestOf(source.sha256), size: source.bytes, annotations: { [FILEPATH_ANNOTATION]: source.path },
  }));
  const config: ConfigDocument = {
    descriptor: { name, family: spec.family, ...(licences.declared === null ? {} : { licenses: [licences.declared] }) },
    modelfs: { type: "layers", diffIds: layers.map((layer) => layer.digest) },
    config: { architecture: spec.attention.kind, format: "onnx", precision: "float32", quantization: recipe.name },
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

/** What an earlier, different run left would be a stranger in this bundle. */
async function removeStrangers(files: Files, partial: string, sources: readonly Source[]): Promise<void> {
  const wanted = new Set(sources.map((source) => source.sha256));
  const blobs = blobsDirectory(partial);
  for (const name of await files.list(blobs)) if (!wanted.has(name)) await files.remove(path.join(blobs, name));
}

async function requireSpace(files: Files, partial: string, total: number): Promise<void> {
  const blobs = blobsDirectory(partial);
  let present = 0;
  for (const name of await files.list(blobs)) present += (await files.status(path.join(blobs, name)))?.bytes ?? 0;
  const neededBytes = total - present;
  const freeBytes = await files.freeBytes(partial);
  if (freeBytes < neededBytes) throw new WorkbenchError("files.noSpace", { file: partial, neededBytes, freeBytes });
}

/** A package file that is not what model.json says is the package's fault, and is named as such. */
function packageFault(error: WorkbenchError, model: ModelPackage): WorkbenchError {
  const details = error.details as { file: string; expected?: string; found?: string; expectedBytes?: number; foundBytes?: number };
  if (!details.file.startsWith(model.directory)) return error;
  if (error.code === "bundle.blobMissing") return new WorkbenchError("package.fileMissing", { file: details.file }, { cause: error });
  const expected = details.expected ?? `${details.expectedBytes} bytes`;
  return new WorkbenchError("package.fileChanged", { file: details.file, expected: hexOf(expected) ?? expected, found: details.found ?? `${details.foundBytes} bytes` }, { cause: error });
}
