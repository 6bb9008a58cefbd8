import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { type DeliveryManifestDocument, documentBytes } from "./bundle-documents.ts";
import {
  ANNOTATIONS, ARTIFACT_TYPE, blobFile, blobsDirectory, BUNDLE_FORMAT, DELIVERY_ARTIFACT_TYPE, DELIVERY_LAYER_MEDIA_TYPE, DELIVERY_REF, digestOf, EMPTY_CONTENT, EMPTY_MEDIA_TYPE, hexOf, INDEX_FILE, INDEX_MEDIA_TYPE,
  LAYOUT_CONTENT, LAYOUT_FILE, MANIFEST_MEDIA_TYPE, REF_NAME_ANNOTATION, refNameOf,
} from "./bundle-layout.ts";
import { type BundleSource, byPath, madeSource } from "./bundle-source.ts";
import { checkLayerPaths } from "./check-layer-paths.ts";
import { clearPartial } from "./clear-partial.ts";
import { layerOf, type PackedPackage, requireDistinctNames } from "./packed-package.ts";
import { type BlobTraffic, transferBlob } from "./transfer-blob.ts";
import { addInstaller } from "./site/add-installer.ts";
import { sealBundle } from "./trust/seal-bundle.ts";

export interface CreateBundle {
  readonly files: Files;
  readonly packages: readonly PackedPackage[];
  /** null: one package alone, as a registry holds it. */
  readonly delivery: { readonly name: string; readonly sources: readonly BundleSource[] } | null;
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

/**
 * Writes a bundle: every file a blob under its digest, a manifest per package, and the delivery's. Nothing depends on time, place or order, so the same
 * inputs give the same digest. Made as `out`.partial and renamed last; blobs that an interrupted run finished are hashed and kept.
 * @throws bundle.targetExists, usage.invalid for two packages of one name, package.invalid, package.fileMissing, package.fileChanged, checkpoint.changedDuringRead, files.noSpace
 */
export async function createBundle(request: CreateBundle): Promise<MadeBundle> {
  const { files, packages, delivery, onProgress, signal } = request;
  requireDistinctNames(packages);
  const out = path.resolve(request.out);
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  const partial = `${out}.partial`;
  const documents = delivery === null ? [] : deliveryDocuments(delivery);
  const contents = [...packages.flatMap(({ sources }) => sources), ...(delivery?.sources ?? [])];
  const blobs = new Map([...contents, ...packages.flatMap(({ config, manifest }) => [config, manifest]), ...documents].map((source) => [source.sha256, source]));
  try {
    const total = [...blobs.values()].reduce((sum, source) => sum + source.bytes, 0);
    let done = 0;
    const onBytes = (bytes: number): void => {
      done += bytes;
      onProgress({ step: "bundle", done, total, unit: "bytes" });
    };
    const wanted = new Map([...blobs.values()].map((source) => [path.relative(partial, blobFile(partial, source.sha256)).replaceAll(path.sep, "/"), source.bytes]));
    await clearPartial(files, partial, packages.map(({ directory }) => directory), wanted);
    await files.makeDirectory(blobsDirectory(partial));
    for (const source of blobs.values()) await storeSource({ files, signal, onBytes }, partial, source);
    const manifest = documents.at(-1) ?? (packages[0] as PackedPackage).manifest;
    await writeIndex(files, partial, packages, documents.at(-1));
    await addInstaller(files, partial);
    await sealBundle(files, partial);
    signal.throwIfAborted();
    const made = { digest: digestOf(manifest.sha256), bytes: contents.reduce((sum, source) => sum + source.bytes, 0) };
    await request.beforeNaming(made);
    await files.rename(partial, out);
    return made;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "files.noSpace") await files.remove(partial).catch(() => undefined);
    throw error instanceof WorkbenchError ? packageFault(error, packages) : error;
  }
}

/** The delivery's empty config and its manifest, in this order. */
function deliveryDocuments({ name, sources }: NonNullable<CreateBundle["delivery"]>): BundleSource[] {
  checkLayerPaths(sources.map((source) => source.path));
  const config = madeSource("config.json", documentBytes(EMPTY_CONTENT));
  const manifest: DeliveryManifestDocument = {
    schemaVersion: 2, mediaType: MANIFEST_MEDIA_TYPE, artifactType: DELIVERY_ARTIFACT_TYPE, config: { mediaType: EMPTY_MEDIA_TYPE, digest: digestOf(config.sha256), size: config.bytes },
    layers: sources.toSorted(byPath).map((source) => ({ mediaType: DELIVERY_LAYER_MEDIA_TYPE, ...layerOf(source) })),
    annotations: { [ANNOTATIONS.title]: name, [ANNOTATIONS.format]: BUNDLE_FORMAT },
  };
  return [config, madeSource("manifest.json", documentBytes(manifest))];
}

async function storeSource(traffic: BlobTraffic, partial: string, { sha256, bytes, content }: BundleSource): Promise<void> {
  const to = blobFile(partial, sha256);
  if (content.kind === "file") return transferBlob(traffic, content.file, to, { sha256, bytes });
  traffic.signal.throwIfAborted();
  await traffic.files.writeWhole(to, content.bytes);
  traffic.onBytes(bytes);
}

/** The files that make the directory a bundle. Names of manifests are tags: two models whose names come to the same tag are told apart by their digests. */
async function writeIndex(files: Files, partial: string, packages: readonly PackedPackage[], delivery: BundleSource | undefined): Promise<void> {
  const names = packages.map(({ name }) => refNameOf(name).toLowerCase());
  const entry = (artifactType: string, { sha256, bytes }: BundleSource, refName: string) => ({ mediaType: MANIFEST_MEDIA_TYPE, artifactType, digest: digestOf(sha256), size: bytes, annotations: { [REF_NAME_ANNOTATION]: refName } });
  const manifests = packages.map(({ name, manifest }, index) => {
    const isAlone = names.indexOf(names[index] as string) === names.lastIndexOf(names[index] as string);
    return entry(ARTIFACT_TYPE, manifest, isAlone ? refNameOf(name) : `${refNameOf(name)}-${manifest.sha256.slice(0, 12)}`);
  });
  if (delivery !== undefined) manifests.push(entry(DELIVERY_ARTIFACT_TYPE, delivery, DELIVERY_REF));
  await files.writeWhole(path.join(partial, LAYOUT_FILE), documentBytes(LAYOUT_CONTENT));
  await files.writeWhole(path.join(partial, INDEX_FILE), documentBytes({ schemaVersion: 2, mediaType: INDEX_MEDIA_TYPE, manifests }));
}

/** A file that is not what its package says is the package's fault, and is named as such. */
function packageFault(error: WorkbenchError, packages: readonly PackedPackage[]): WorkbenchError {
  if (error.code !== "bundle.blobChanged" && error.code !== "bundle.blobSizeMismatch" && error.code !== "bundle.blobMissing" && error.code !== "bundle.entryRefused") return error;
  const details = error.details as { file: string; expected?: string; found?: string; expectedBytes?: number; foundBytes?: number; reason?: string };
  const owner = packages.find(({ sources }) => sources.some(({ content }) => content.kind === "file" && content.file === details.file));
  if (owner === undefined) return error;
  if (owner.kind === "checkpoint") return new WorkbenchError("checkpoint.changedDuringRead", { file: details.file }, { cause: error });
  if (error.code === "bundle.blobMissing") return new WorkbenchError("package.fileMissing", { file: details.file }, { cause: error });
  if (error.code === "bundle.entryRefused") return new WorkbenchError("package.invalid", { file: details.file, reason: details.reason ?? "" }, { cause: error });
  const expected = details.expected ?? `${details.expectedBytes} bytes`;
  const found = details.found ?? `${details.foundBytes} bytes`;
  return new WorkbenchError("package.fileChanged", { file: details.file, expected: hexOf(expected) ?? expected, found: hexOf(found) ?? found }, { cause: error });
}
