import path from "node:path";

/**
 * Names inside a bundle, and what they mean. An OCI image layout:
 *
 *   oci-layout                 the layout's version
 *   index.json                 names the one manifest
 *   blobs/sha256/HEX           manifest, config, and one raw blob per file: content-addressed, none above the package's own 4 GiB
 *
 * Room is left: signatures will be further manifests whose `subject` is this one; other engines' launch files are layers that carry
 * TARGET_ANNOTATION; volumes split blobs between media and change nothing here.
 */
export const LAYOUT_FILE = "oci-layout";
export const INDEX_FILE = "index.json";
export const BLOBS_DIRECTORY = "blobs";
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
export const LINEAGE_FILE = `${EXTRAS_DIRECTORY}/lineage.json`;

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
  if (file === START_SCRIPT) return LAYER_MEDIA_TYPES.code;
  if (WEIGHTS.test(file)) return LAYER_MEDIA_TYPES.weight;
  if (DOCUMENT.test(file) || file.startsWith(`${EXTRAS_DIRECTORY}/`)) return LAYER_MEDIA_TYPES.doc;
  return LAYER_MEDIA_TYPES.weightConfig;
}
