import { createHash } from "node:crypto";
import path from "node:path";
import type { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import { InnerPath } from "../../shared/schemas/model-package.ts";
import type { Files } from "../domain/files.ts";
import { ConfigDocument, IndexDocument, LayoutDocument, ManifestDocument } from "./bundle-documents.ts";
import { blobFile, FILEPATH_ANNOTATION, hexOf, INDEX_FILE, LAYOUT_FILE } from "./bundle-layout.ts";

/** An index names one manifest: 500 bytes. */
const MAX_INDEX_BYTES = 2 ** 20;
/** 100 layers are 30 KB. */
const MAX_MANIFEST_BYTES = 16 * 2 ** 20;

/** Windows takes these for devices, with or without an ending. */
const RESERVED_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

export interface BundleLayer {
  /** Where it is installed, below the target. */
  readonly path: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface OpenedBundle {
  readonly directory: string;
  /** sha256:… of the manifest: the bundle's digest. */
  readonly digest: string;
  readonly manifest: ManifestDocument;
  readonly config: ConfigDocument;
  readonly layers: readonly BundleLayer[];
}

/**
 * Reads and checks a bundle's documents; layers are looked at by `verifyBundle`.
 * @param expectedDigest what the receiver was told; anything else is refused
 * @throws bundle.notFound, bundle.layoutInvalid, bundle.digestMismatch, bundle.blobMissing, bundle.blobChanged, bundle.pathEscapes
 */
export async function readBundle(files: Files, directory: string, expectedDigest?: string): Promise<OpenedBundle> {
  const layout = path.join(directory, LAYOUT_FILE);
  if ((await files.status(layout)) === undefined) throw new WorkbenchError("bundle.notFound", { file: directory });
  parse(LayoutDocument, await readPlain(files, layout, MAX_INDEX_BYTES), layout);
  const indexFile = path.join(directory, INDEX_FILE);
  if ((await files.status(indexFile)) === undefined) throw new WorkbenchError("bundle.layoutInvalid", { file: indexFile, reason: "it is missing" });
  const index = parse(IndexDocument, await readPlain(files, indexFile, MAX_INDEX_BYTES), indexFile);
  const [named] = index.manifests;
  if (named === undefined) throw new WorkbenchError("bundle.layoutInvalid", { file: indexFile, reason: "it names no manifest" });
  const digest = expectedDigest?.replace(/^(?!sha256:)/, "sha256:");
  if (digest !== undefined && named.digest !== digest) throw new WorkbenchError("bundle.digestMismatch", { expected: digest, found: named.digest });
  const manifestBytes = await readBlob(files, directory, named);
  const manifest = parse(ManifestDocument, manifestBytes, `manifest ${named.digest}`);
  const config = parse(ConfigDocument, await readBlob(files, directory, manifest.config), `config ${manifest.config.digest}`);
  return { directory, digest: named.digest, manifest, config, layers: checkedLayers(manifest) };
}

/** Paths are where an archive attacks its receiver: plain, relative, unique even where case does not count, and no device's name. */
function checkedLayers(manifest: ManifestDocument): BundleLayer[] {
  const seen = new Set<string>();
  const layers = manifest.layers.map(({ mediaType, digest, size, annotations }) => {
    const file = annotations[FILEPATH_ANNOTATION] as string;
    if (!InnerPath.safeParse(file).success) throw new WorkbenchError("bundle.pathEscapes", { file: "manifest", found: file.slice(0, 200) });
    const folded = file.toLowerCase();
    if (seen.has(folded)) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "two layers have this path" });
    seen.add(folded);
    if (file.split("/").some((part) => RESERVED_NAME.test(part) || /[. ]$/.test(part) || hasControlCharacter(part) || /[<>:"|?*]/.test(part))) {
      throw new WorkbenchError("bundle.entryRefused", { file, reason: "a name that not every file system can hold" });
    }
    return { path: file, mediaType, sha256: hexOf(digest) as string, bytes: size };
  });
  // A file cannot also be a directory.
  for (const { path: file } of layers) {
    for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1)) {
      if (seen.has(file.slice(0, at).toLowerCase())) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: "a layer is a file where another needs a directory" });
    }
  }
  return layers;
}

const hasControlCharacter = (text: string): boolean => [...text].some((character) => character < " " || character === "\x7f");

async function readBlob(files: Files, directory: string, { digest, size }: { readonly digest: string; readonly size: number }): Promise<Uint8Array> {
  const hex = hexOf(digest) as string;
  const file = blobFile(directory, hex);
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("bundle.blobMissing", { file, digest });
  if (size > MAX_MANIFEST_BYTES) throw new WorkbenchError("bundle.layoutInvalid", { file, reason: `${size} bytes, at most ${MAX_MANIFEST_BYTES} are read` });
  if (status.bytes !== size) throw new WorkbenchError("bundle.blobSizeMismatch", { file, expectedBytes: size, foundBytes: status.bytes });
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
  if (place.endsWith("mediaType") || place.endsWith("artifactType")) throw new WorkbenchError("bundle.mediaTypeUnknown", { file, found: place });
  throw new WorkbenchError("bundle.layoutInvalid", { file, reason: `${place}: ${issue?.message}` });
}
