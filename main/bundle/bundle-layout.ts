import path from "node:path";

/**
 * Names inside a bundle, and what they mean. An OCI image layout:
 *
 *   oci-layout                 the layout's version
 *   index.json                 names the one manifest
 *   blobs/sha256/HEX           manifest, config, and one raw blob per file: content-addressed, none above the package's own 4 GiB
 *
 * Beside it, for the proof (a copy by another tool may leave them out; it is then not signed):
 *   SHA256SUMS                 every file but the signatures
 *   verify.sh, verify.ps1      check it all without Sallyport
 *   signatures/NAME.sigstore.json       in the OpenSSF Model Signing format, over every file but the signatures
 *   signatures/NAME.SHA256SUMS.sig      ECDSA with SHA-256 over SHA256SUMS, for openssl
 *
 * Room is left: other engines' launch files will be layers below EXTRAS_DIRECTORY that
 * carry the annotation `ai.sallyport.target`; volumes split blobs between media and change nothing here. A reader refuses what it does not know, so
 * each of these raises BUNDLE_FORMAT.
 *
 * Installed, the files of the package lie at the top, so that the folder is a package, and the bundle's own below EXTRAS_DIRECTORY.
 */
export const LAYOUT_FILE = "oci-layout";
export const INDEX_FILE = "index.json";
export const BLOBS_DIRECTORY = "blobs";
export const SUMS_FILE = "SHA256SUMS";
export const VERIFY_SCRIPT = "verify.sh";
export const VERIFY_SCRIPT_WINDOWS = "verify.ps1";
export const SIGNATURES_DIRECTORY = "signatures";
/** Signers by hand choose the name; ours is the beginning of the key id. */
export const SIGNATURE_FILE = /^[A-Za-z0-9_-]{1,64}\.sigstore\.json$/;
export const SUMS_SIGNATURE_FILE = /^[A-Za-z0-9_-]{1,64}\.SHA256SUMS\.sig$/;
export const LAYOUT_CONTENT = { imageLayoutVersion: "1.0.0" } as const;

export const INDEX_MEDIA_TYPE = "application/vnd.oci.image.index.v1+json";
export const MANIFEST_MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** ModelPack (github.com/modelpack/model-spec, v0.0.7). */
export const ARTIFACT_TYPE = "application/vnd.cncf.model.manifest.v1+json";
export const CONFIG_MEDIA_TYPE = "application/vnd.cncf.model.config.v1+json";
export const LAYER_MEDIA_TYPES = {
  weight: "application/vnd.cncf.model.weight.v1.raw",
  weightConfig: "application/vnd.cncf.model.weight.config.v1.raw",
  doc: "application/vnd.cncf.model.doc.v1.raw",
  code: "application/vnd.cncf.model.code.v1.raw",
} as const;
export const FILEPATH_ANNOTATION = "org.cncf.model.filepath";
export const FILE_METADATA_ANNOTATION = "org.cncf.model.file.metadata+json";

/** Annotations of our own on the manifest. */
export const ANNOTATIONS = {
  title: "org.opencontainers.image.title",
  format: "ai.sallyport.format",
  modelDigest: "ai.sallyport.model.digest",
  checkpointDigest: "ai.sallyport.checkpoint.digest",
  recipe: "ai.sallyport.recipe",
} as const;
export const BUNDLE_FORMAT = "1";

/** Layers below this directory are the bundle's own; all others are files of the model package. */
const EXTRAS_DIRECTORY = "bundle";
export const START_SCRIPT = `${EXTRAS_DIRECTORY}/start.sh`;
export const START_SCRIPT_WINDOWS = `${EXTRAS_DIRECTORY}/start.cmd`;
export const LINEAGE_FILE = `${EXTRAS_DIRECTORY}/lineage.json`;
/** The manifest, which cannot be a layer of itself; installing puts it here, so that the folder says which bundle it came from. */
export const INSTALLED_MANIFEST = `${EXTRAS_DIRECTORY}/manifest.json`;

/** Whether a layer is the bundle's own. */
export const isExtra = (file: string): boolean => file.startsWith(`${EXTRAS_DIRECTORY}/`);

const DIGEST = /^sha256:([0-9a-f]{64})$/;

export const digestOf = (hex: string): string => `sha256:${hex}`;

/** "sha256:…" → hex, undefined for anything else. */
export const hexOf = (digest: string): string | undefined => DIGEST.exec(digest)?.[1];

export const blobsDirectory = (bundle: string): string => path.join(bundle, BLOBS_DIRECTORY, "sha256");

export function blobFile(bundle: string, hex: string): string {
  return path.join(blobsDirectory(bundle), hex);
}

const WEIGHTS = /^(weights-\d+\.bin|graph\.onnx|parity\.safetensors)$/;
const DOCUMENT = /^(readme|licen[cs]e|copying|notice)([.-].*)?$/i;

/** What a package's file is in ModelPack's terms. */
export function layerMediaType(file: string): string {
  if (file === START_SCRIPT || file === START_SCRIPT_WINDOWS) return LAYER_MEDIA_TYPES.code;
  if (WEIGHTS.test(file)) return LAYER_MEDIA_TYPES.weight;
  if (DOCUMENT.test(file) || isExtra(file)) return LAYER_MEDIA_TYPES.doc;
  return LAYER_MEDIA_TYPES.weightConfig;
}

/** ModelPack's FileMetadata, for tools that restore it. No time and no owner but root's, so that it depends on the file alone. */
export function fileMetadata(file: string, bytes: number): string {
  const REGULAR_FILE = 48;
  return JSON.stringify({ name: path.posix.basename(file), mode: file === START_SCRIPT ? 0o755 : 0o644, uid: 0, gid: 0, size: bytes, mtime: "1970-01-01T00:00:00Z", typeflag: REGULAR_FILE });
}
