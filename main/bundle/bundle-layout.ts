import path from "node:path";

/**
 * Names inside a bundle, and what they mean. An OCI image layout:
 *
 *   oci-layout                 the layout's version
 *   index.json                 names one ModelPack manifest per package or checkpoint, and the delivery's manifest, each with a name for `skopeo copy`
 *   blobs/sha256/HEX           manifests, configs, and one raw blob per file: content-addressed
 *
 * The delivery (delivery.json, launch files, bill of materials, reports, licences, images, runtimes) is an artifact of our own whose document names every
 * package by the digest of its manifest: its digest is the digest of the bundle. A layout with one package and no delivery is a bundle too: what somebody
 * copied out of a registry alone.
 *
 * Beside it, for the proof (a copy by another tool may leave them out; it is then not signed):
 *   SHA256SUMS                 every file but the signatures
 *   verify.sh, verify.ps1      check it all without Sallyport
 *   signatures/NAME.sigstore.json       in the OpenSSF Model Signing format, over every file but the signatures
 *   signatures/NAME.SHA256SUMS.sig      ECDSA with SHA-256 over SHA256SUMS, for openssl
 *
 * Room is left: volumes split blobs between media and change nothing here. A reader refuses what it does not know, so each of these raises BUNDLE_FORMAT.
 *
 * Installed, the files of the package lie at the top, so that the folder is a package, and the bundle's own below EXTRAS_DIRECTORY.
 */
export const LAYOUT_FILE = "oci-layout";
export const INDEX_FILE = "index.json";
export const BLOBS_DIRECTORY = "blobs";
/** For sites that get only the bundle (site/install-script.ts), and what it reads (site/install-list.ts). */
export const INSTALL_SCRIPT = "install.sh";
export const INSTALL_LIST = "files.tsv";
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

/** The delivery: an artifact of our own. Its config is OCI's empty one. */
export const DELIVERY_ARTIFACT_TYPE = "application/vnd.sallyport.delivery.v1+json";
export const DELIVERY_LAYER_MEDIA_TYPE = "application/vnd.sallyport.delivery.file.v1";
export const EMPTY_MEDIA_TYPE = "application/vnd.oci.empty.v1+json";
export const EMPTY_CONTENT = {} as const;
export const REF_NAME_ANNOTATION = "org.opencontainers.image.ref.name";
/** What the index calls the delivery. */
export const DELIVERY_REF = "delivery";

/** Layers of the delivery, as they are named in it. Installed, they lie below EXTRAS_DIRECTORY. */
export const DELIVERY_FILES = { document: "delivery.json", bom: "bom.cdx.json", readme: "README.md", launch: "launch", reports: "reports", licences: "licences", images: "images", runtime: "runtime", modelCards: "model-cards" } as const;

/** A name under which every registry and tool takes a manifest: letters and digits, with - . _ between them. */
export function refNameOf(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/[^A-Za-z0-9._-]+/g, "-").replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "").slice(0, 100);
  return plain === "" || plain === DELIVERY_REF ? `model-${plain}`.replace(/-$/, "") : plain;
}

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
export const EXTRAS_DIRECTORY = "bundle";
export const START_SCRIPT = `${EXTRAS_DIRECTORY}/start.sh`;
export const START_SCRIPT_WINDOWS = `${EXTRAS_DIRECTORY}/start.cmd`;
export const LINEAGE_FILE = `${EXTRAS_DIRECTORY}/lineage.json`;
/** The manifest, which cannot be a layer of itself; installing puts it here, so that the folder says which bundle it came from. */
export const INSTALLED_MANIFEST = `${EXTRAS_DIRECTORY}/manifest.json`;
/** The delivery's, likewise. */
export const INSTALLED_DELIVERY_MANIFEST = `${EXTRAS_DIRECTORY}/delivery-manifest.json`;

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

/** What is run after it was installed: every shell script. */
export const isProgram = (file: string): boolean => file.endsWith(".sh");

/** ModelPack's FileMetadata, for tools that restore it. No time and no owner but root's, so that it depends on the file alone. */
export function fileMetadata(file: string, bytes: number): string {
  const REGULAR_FILE = 48;
  return JSON.stringify({ name: path.posix.basename(file), mode: isProgram(file) ? 0o755 : 0o644, uid: 0, gid: 0, size: bytes, mtime: "1970-01-01T00:00:00Z", typeflag: REGULAR_FILE });
}
