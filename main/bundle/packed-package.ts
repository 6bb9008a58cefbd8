import { WorkbenchError } from "../../shared/errors.ts";
import { type ConfigDocument, documentBytes, type LayerDescriptor, type ManifestDocument } from "./bundle-documents.ts";
import { ANNOTATIONS, ARTIFACT_TYPE, BUNDLE_FORMAT, CONFIG_MEDIA_TYPE, digestOf, FILE_METADATA_ANNOTATION, FILEPATH_ANNOTATION, fileMetadata, layerMediaType, MANIFEST_MEDIA_TYPE } from "./bundle-layout.ts";
import { type BundleSource, byPath, madeSource } from "./bundle-source.ts";

/** A package or a checkpoint, ready to be written: every digest is known. */
export interface PackedPackage {
  readonly kind: "package" | "checkpoint";
  readonly name: string;
  readonly family: string;
  readonly precision: string;
  /** Hex. */
  readonly modelDigest: string;
  readonly checkpointDigest: string;
  /** As the model card declares it; null: it does not. */
  readonly licence: string | null;
  /** Where its files lie: a fault in there is its own. */
  readonly directory: string;
  readonly sources: readonly BundleSource[];
  /** Manifest and config, whose paths are names for people only. */
  readonly manifest: BundleSource;
  readonly config: BundleSource;
}

/** Gives sources their manifest. The same sources give the same bytes, in any order. */
export function packedPackage(facts: Omit<PackedPackage, "sources" | "manifest" | "config">, unordered: readonly BundleSource[]): PackedPackage {
  const sources = unordered.toSorted(byPath);
  const { name, family, precision, licence, kind, modelDigest, checkpointDigest } = facts;
  const layers: LayerDescriptor[] = sources.map((source) => ({ mediaType: layerMediaType(source.path) as LayerDescriptor["mediaType"], ...layerOf(source) }));
  const config: ConfigDocument = {
    descriptor: { name, family, ...(licence === null ? {} : { licenses: [licence] }) },
    modelfs: { type: "layers", diffIds: layers.map((layer) => layer.digest) },
    config: kind === "package" ? { architecture: "transformer", format: "onnx", precision: "float32", quantization: precision } : { architecture: "transformer", format: "safetensors", precision, quantization: "none" },
  };
  const configSource = madeSource("config.json", documentBytes(config));
  const manifest: ManifestDocument = {
    schemaVersion: 2, mediaType: MANIFEST_MEDIA_TYPE, artifactType: ARTIFACT_TYPE, config: { mediaType: CONFIG_MEDIA_TYPE, digest: digestOf(configSource.sha256), size: configSource.bytes }, layers,
    annotations: {
      [ANNOTATIONS.title]: name, [ANNOTATIONS.format]: BUNDLE_FORMAT, [ANNOTATIONS.modelDigest]: digestOf(modelDigest), [ANNOTATIONS.checkpointDigest]: digestOf(checkpointDigest),
      [ANNOTATIONS.recipe]: precision,
    },
  };
  return { ...facts, sources, config: configSource, manifest: madeSource("manifest.json", documentBytes(manifest)) };
}

export const layerOf = ({ path, sha256, bytes }: BundleSource): Pick<LayerDescriptor, "digest" | "size" | "annotations"> => ({
  digest: digestOf(sha256), size: bytes, annotations: { [FILEPATH_ANNOTATION]: path, [FILE_METADATA_ANNOTATION]: fileMetadata(path, bytes) },
});

/** Two packages of one name could not be told apart where they are unpacked. @throws usage.invalid */
export function requireDistinctNames(packages: readonly PackedPackage[]): void {
  const seen = new Map<string, string>();
  for (const { name } of packages) {
    const folded = name.normalize("NFC").toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) throw new WorkbenchError("usage.invalid", { reason: `two of the models are called ${other}${other === name ? "" : ` and ${name}`}; rename one` });
    seen.set(folded, name);
  }
}
