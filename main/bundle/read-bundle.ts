import { createHash } from "node:crypto";
import path from "node:path";
import type { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { Delivery } from "../../shared/schemas/delivery.ts";
import { AnyManifest, ConfigDocument, type DeliveryLayerDescriptor, DeliveryManifestDocument, IndexDocument, type LayerDescriptor, LayoutDocument, ManifestDocument } from "./bundle-documents.ts";
import {
  BLOBS_DIRECTORY, blobFile, blobsDirectory, DELIVERY_ARTIFACT_TYPE, DELIVERY_FILES, EXTRAS_DIRECTORY, FILE_METADATA_ANNOTATION, FILEPATH_ANNOTATION, fileMetadata, hexOf, INDEX_FILE, LAYOUT_FILE,
} from "./bundle-layout.ts";
import { checkDelivery } from "./check-delivery.ts";
import { checkLayerPaths } from "./check-layer-paths.ts";
import type { BundleLayer, OpenedBundle, OpenedDelivery, OpenedPackage } from "./opened-bundle.ts";

/** An index names some manifests of 500 bytes each. */
const MAX_INDEX_BYTES = 2 ** 20;
/** 100 layers are 50 KB. */
const MAX_MANIFEST_BYTES = 16 * 2 ** 20;
/** All manifests, configs and the delivery's document together: each within its limit, they would still fill memory. */
const MAX_DOCUMENTS_BYTES = 64 * 2 ** 20;

/**
 * Reads and checks a bundle's documents; layers are looked at by `verifyBundle`.
 * @param expectedDigest what the receiver was told; anything else is refused
 * @throws bundle.notFound, bundle.layoutInvalid, bundle.mediaTypeUnknown, bundle.digestMismatch, bundle.blobMissing, bundle.blobSizeMismatch, bundle.blobChanged, bundle.pathEscapes, bundle.entryRefused
 */
export async function readBundle(files: Files, directory: string, expectedDigest?: string): Promise<OpenedBundle> {
  const layout = path.join(directory, LAYOUT_FILE);
  if ((await files.status(layout)) === undefined) throw new WorkbenchError("bundle.notFound", { file: directory });
  parse(LayoutDocument, await readPlain(files, layout, MAX_INDEX_BYTES), layout);
  const indexFile = path.join(directory, INDEX_FILE);
  if ((await files.status(indexFile)) === undefined) throw new WorkbenchError("bundle.layoutInvalid", { file: indexFile, reason: "it is missing" });
  const index = parse(IndexDocument, await readPlain(files, indexFile, MAX_INDEX_BYTES), indexFile);
  await refuseLinkedBlobs(files, directory);
  const packages: OpenedPackage[] = [];
  const deliveries: OpenedDelivery[] = [];
  const named = new Map(index.manifests.map((entry) => [entry.digest, entry]));
  const expected = expectedDigest?.replace(/^(?!sha256:)/, "sha256:");
  if (expected !== undefined && !named.has(expected)) throw new WorkbenchError("bundle.digestMismatch", { expected, found: index.manifests.at(-1)?.digest ?? "none" });
  const budget = documentBudget(indexFile);
  for (const entry of named.values()) {
    budget(entry.size);
    const bytes = await readBlob(files, directory, entry);
    const { artifactType } = parse(AnyManifest, bytes, `manifest ${entry.digest}`);
    if (artifactType === DELIVERY_ARTIFACT_TYPE) deliveries.push(await openDelivery(files, directory, entry.digest, bytes, budget));
    else packages.push(await openPackage(files, directory, entry.digest, bytes, budget));
  }
  const [delivery = null, second] = deliveries;
  if (second !== undefined) throw new WorkbenchError("bundle.layoutInvalid", { file: indexFile, reason: "it names two deliveries" });
  if (packages.length === 0) throw new WorkbenchError("bundle.layoutInvalid", { file: indexFile, reason: "it names no package" });
  const [first] = packages;
  if (delivery === null && packages.length > 1) throw new WorkbenchError("bundle.layoutInvalid", { file: indexFile, reason: "it names several packages and no delivery that says which belong together" });
  const digest = delivery?.digest ?? (first as OpenedPackage).digest;
  if (expected !== undefined && digest !== expected) throw new WorkbenchError("bundle.digestMismatch", { expected, found: digest });
  if (delivery === null) return { directory, digest, packages, delivery };
  checkDelivery(delivery, packages);
  // In the order of the delivery: an index may have been rewritten.
  const byDigest = new Map(packages.map((each) => [each.digest, each]));
  const ordered = delivery.document.packages.map(({ manifestDigest }) => byDigest.get(manifestDigest) as OpenedPackage);
  for (const { layers } of ordered) checkLayerPaths([...layers.map((layer) => layer.path), ...delivery.layers.map((layer) => `${EXTRAS_DIRECTORY}/${layer.path}`)]);
  return { directory, digest, packages: ordered, delivery };
}

function documentBudget(file: string): (bytes: number) => void {
  let total = 0;
  return (bytes) => {
    total += bytes;
    if (total > MAX_DOCUMENTS_BYTES) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: `its documents come to more than ${MAX_DOCUMENTS_BYTES} bytes` });
  };
}

async function openPackage(files: Files, directory: string, digest: string, manifestBytes: Uint8Array, budget: (bytes: number) => void): Promise<OpenedPackage> {
  const manifest = parse(ManifestDocument, manifestBytes, `manifest ${digest}`);
  const layers = checkedLayers(manifest.layers);
  budget(manifest.config.size);
  const config = parse(ConfigDocument, await readBlob(files, directory, manifest.config), `config ${manifest.config.digest}`);
  checkDiffIds(config, manifest);
  return { digest, manifest, manifestBytes, config, layers };
}

async function openDelivery(files: Files, directory: string, digest: string, manifestBytes: Uint8Array, budget: (bytes: number) => void): Promise<OpenedDelivery> {
  const manifest = parse(DeliveryManifestDocument, manifestBytes, `manifest ${digest}`);
  const layers = checkedLayers(manifest.layers);
  budget(manifest.config.size);
  const config = await readBlob(files, directory, manifest.config);
  if (new TextDecoder().decode(config) !== "{}") throw new WorkbenchError("bundle.layoutInvalid", { file: `config ${manifest.config.digest}`, reason: "a delivery's config is empty" });
  const told = manifest.layers.find(({ annotations }) => annotations[FILEPATH_ANNOTATION] === DELIVERY_FILES.document);
  if (told === undefined) throw new WorkbenchError("bundle.layoutInvalid", { file: DELIVERY_FILES.document, reason: "no layer holds it" });
  budget(told.size);
  return { digest, manifest, manifestBytes, layers, document: parse(Delivery, await readBlob(files, directory, told), DELIVERY_FILES.document) };
}

/** A directory behind a link can lie on another medium than the one that was checked. */
async function refuseLinkedBlobs(files: Files, directory: string): Promise<void> {
  for (const folder of [path.join(directory, BLOBS_DIRECTORY), blobsDirectory(directory)]) {
    const status = await files.status(folder);
    if (status !== undefined && status.kind !== "directory") throw new WorkbenchError("bundle.entryRefused", { file: folder, reason: `it is a ${status.kind}, not a directory` });
  }
}

function checkedLayers(descriptors: readonly (LayerDescriptor | DeliveryLayerDescriptor)[]): BundleLayer[] {
  checkLayerPaths(descriptors.map(({ annotations }) => annotations[FILEPATH_ANNOTATION] as string));
  const sizes = new Map<string, number>();
  return descriptors.map((layer) => {
    const file = layer.annotations[FILEPATH_ANNOTATION] as string;
    const { mediaType, digest, size, annotations } = layer;
    if ((sizes.get(digest) ?? size) !== size) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "its blob has two sizes" });
    sizes.set(digest, size);
    const metadata = annotations[FILE_METADATA_ANNOTATION];
    // Other tools apply it: an owner, a set-user-id bit or a device in it would reach them through us.
    if (metadata !== undefined && metadata !== fileMetadata(file, size)) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "its file metadata does not fit it" });
    return { path: file, mediaType, sha256: hexOf(digest) as string, bytes: size };
  });
}

/** Layers are not compressed, so the config repeats their digests, in their order. */
function checkDiffIds({ modelfs: { diffIds } }: ConfigDocument, { config, layers }: ManifestDocument): void {
  if (diffIds.length === layers.length && diffIds.every((digest, i) => digest === layers[i]?.digest)) return;
  throw new WorkbenchError("bundle.layoutInvalid", { file: `config ${config.digest}`, reason: "modelfs.diffIds: other layers than the manifest's" });
}

async function readBlob(files: Files, directory: string, { digest, size }: { readonly digest: string; readonly size: number }): Promise<Uint8Array> {
  const hex = hexOf(digest) as string;
  const file = blobFile(directory, hex);
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("bundle.blobMissing", { file, digest });
  if (size > MAX_MANIFEST_BYTES) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: `${size} bytes, at most ${MAX_MANIFEST_BYTES} are read` });
  if (status.kind === "file" && status.bytes !== size) throw new WorkbenchError("bundle.blobSizeMismatch", { file, expectedBytes: size, foundBytes: status.bytes });
  const bytes = await readPlain(files, file, MAX_MANIFEST_BYTES);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== hex) throw new WorkbenchError("bundle.blobChanged", { file, expected: digest, found: `sha256:${found}` });
  return bytes;
}

/** Reads a document that must be a plain file: a link could point anywhere. */
async function readPlain(files: Files, file: string, limitBytes: number): Promise<Uint8Array> {
  const status = await files.status(file);
  if (status !== undefined && status.kind !== "file") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status.kind}, not a file` });
  if (status !== undefined && status.bytes > limitBytes) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: `${status.bytes} bytes, at most ${limitBytes} are read` });
  return files.readAll(file, limitBytes);
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array, file: string): T {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new WorkbenchError("bundle.layoutInvalid", { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join(".") || "the document";
  if (place.endsWith("mediaType") || place.endsWith("artifactType")) throw new WorkbenchError("bundle.mediaTypeUnknown", { file, found: String(valueAt(json, issue?.path ?? [])).slice(0, 200) });
  throw new WorkbenchError("bundle.layoutInvalid", { file, reason: `${place}: ${issue?.message.slice(0, 500)}` });
}

function valueAt(json: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined), json);
}
