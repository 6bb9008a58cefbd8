import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { DeliveredImage } from "../../shared/schemas/delivery.ts";
import type { Files, ReadableFile } from "../domain/files.ts";
import { DELIVERY_FILES, digestOf, refNameOf } from "./bundle-layout.ts";
import { type TarEntry, tarEntries } from "./tar-entries.ts";
import { type BlobTraffic, readThrough } from "./transfer-blob.ts";

/** `docker save` of one image writes a manifest.json of some hundred bytes; an index.json is as small. */
const MAX_DOCUMENT_BYTES = 4 * 2 ** 20;
/** Layers and their metadata; an archive with more entries is made to keep its reader busy. */
const MAX_ENTRIES = 20_000;
const SHA256 = /^(?:sha256:)?([0-9a-f]{64})$/;

/** A saved image as it travels, and where it lies. */
export interface SavedImage {
  readonly delivered: DeliveredImage;
  readonly file: string;
}

/**
 * An image saved with `docker save` or as an OCI archive: the file is taken as it is, its digest is its own, and what image it holds is read from manifest.json or
 * index.json inside. Layers are not unpacked.
 * @throws bundle.imageInvalid for what is neither, is compressed, or holds several images
 */
export async function readImage(traffic: BlobTraffic, file: string): Promise<SavedImage> {
  const { files } = traffic;
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("files.notFound", { file });
  if (status.kind !== "file") throw new WorkbenchError("bundle.imageInvalid", { file, reason: `it is a ${status.kind}, not a file` });
  const { reference, imageDigest, format } = await describe(files, file);
  const sha256 = await readThrough(traffic, file, status.bytes, async () => {});
  const name = `${refNameOf(reference ?? path.basename(file).replace(/\.tar$/, ""))}-${sha256.slice(0, 12)}.tar`;
  return { file, delivered: { reference: reference ?? digestOf(imageDigest), archiveDigest: digestOf(sha256), path: `${DELIVERY_FILES.images}/${name}`, format, imageDigest: digestOf(imageDigest), bytes: status.bytes } };
}

interface Described {
  readonly reference: string | null;
  readonly imageDigest: string;
  readonly format: "docker-archive" | "oci-archive";
}

async function describe(files: Files, file: string): Promise<Described> {
  const refuse = (reason: string): WorkbenchError => new WorkbenchError("bundle.imageInvalid", { file, reason });
  const source = await files.open(file);
  try {
    const found = new Map<string, TarEntry>();
    let count = 0;
    for await (const entry of tarEntries(source, refuse)) {
      if (++count > MAX_ENTRIES) throw refuse(`it has more than ${MAX_ENTRIES} entries`);
      if (entry.kind !== "file") continue;
      const name = entry.name.replace(/^\.\//, "");
      if (found.has(name)) throw refuse(`${name.slice(0, 100)} is there twice`);
      found.set(name, entry);
    }
    const docker = found.get("manifest.json");
    if (docker !== undefined) return await describeDocker(source, docker, found, refuse);
    const index = found.get("index.json");
    if (index === undefined || !found.has("oci-layout")) throw refuse("it holds neither manifest.json nor index.json");
    return await describeOci(source, index, found, refuse);
  } finally {
    await source.close();
  }
}

type Refuse = (reason: string) => WorkbenchError;

/** manifest.json of docker save: [{ Config, RepoTags, Layers }]. The config's digest is the image's id. */
async function describeDocker(source: ReadableFile, entry: TarEntry, found: ReadonlyMap<string, TarEntry>, refuse: Refuse): Promise<Described> {
  const images = await readJson(source, entry, refuse);
  if (!Array.isArray(images) || images.length !== 1) throw refuse(`it holds ${Array.isArray(images) ? images.length : "no"} images; save one a file`);
  const [image] = images as unknown[];
  const config = field(image, "Config");
  const tags = field(image, "RepoTags");
  const layers = field(image, "Layers");
  if (typeof config !== "string" || !Array.isArray(layers) || layers.some((layer) => typeof layer !== "string" || !found.has(layer))) throw refuse("manifest.json: Config and Layers do not name what is in the archive");
  const inside = found.get(config);
  if (inside === undefined) throw refuse(`its config ${config.slice(0, 100)} is missing`);
  const id = createHash("sha256").update(await readEntry(source, inside, refuse)).digest("hex");
  const named = SHA256.exec(path.posix.basename(config).replace(/\.json$/, ""))?.[1];
  if (named !== undefined && named !== id) throw refuse("its config is not what its name says");
  const tag: unknown = Array.isArray(tags) ? tags[0] : undefined;
  return { reference: reference(tag, refuse), imageDigest: id, format: "docker-archive" };
}

/** index.json of an OCI archive. The manifest's digest is the image's. */
async function describeOci(source: ReadableFile, entry: TarEntry, found: ReadonlyMap<string, TarEntry>, refuse: Refuse): Promise<Described> {
  const manifests = field(await readJson(source, entry, refuse), "manifests");
  if (!Array.isArray(manifests) || manifests.length !== 1) throw refuse("index.json: one manifest is wanted");
  const [manifest] = manifests as unknown[];
  const digest = SHA256.exec(String(field(manifest, "digest")))?.[1];
  if (digest === undefined || !found.has(`blobs/sha256/${digest}`)) throw refuse("index.json: its manifest is not in the archive");
  const annotations = field(manifest, "annotations");
  return { reference: reference(field(annotations, "io.containerd.image.name") ?? field(annotations, "org.opencontainers.image.ref.name"), refuse), imageDigest: digest, format: "oci-archive" };
}

function reference(tag: unknown, refuse: Refuse): string | null {
  if (tag === undefined || tag === null) return null;
  if (typeof tag !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}$/.test(tag)) throw refuse("its tag is not the name of an image");
  // Docker's own registry is left out where people name an image.
  return tag.replace(/^docker\.io\/(library\/)?/, "");
}

const field = (value: unknown, key: string): unknown => (typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);

async function readJson(source: ReadableFile, entry: TarEntry, refuse: Refuse): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await readEntry(source, entry, refuse)));
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    throw refuse(`${entry.name}: ${cause instanceof Error ? cause.message.slice(0, 200) : String(cause)}`);
  }
}

async function readEntry(source: ReadableFile, { name, offset, bytes }: TarEntry, refuse: Refuse): Promise<Uint8Array> {
  if (bytes > MAX_DOCUMENT_BYTES) throw refuse(`${name} has ${bytes} bytes, at most ${MAX_DOCUMENT_BYTES} are read`);
  const content = new Uint8Array(bytes);
  await source.read(content, offset);
  return content;
}
