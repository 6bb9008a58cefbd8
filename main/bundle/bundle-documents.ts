import { z } from "zod";
import {
  ANNOTATIONS, ARTIFACT_TYPE, BUNDLE_FORMAT, CONFIG_MEDIA_TYPE, DELIVERY_ARTIFACT_TYPE, DELIVERY_LAYER_MEDIA_TYPE, EMPTY_MEDIA_TYPE, FILE_METADATA_ANNOTATION, FILEPATH_ANNOTATION, INDEX_MEDIA_TYPE, LAYER_MEDIA_TYPES, MANIFEST_MEDIA_TYPE,
} from "./bundle-layout.ts";

/** Only SHA-256: an algorithm that we do not compute is a digest that we do not check. */
const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: "a digest other than sha256:<64 hex digits>" });
const Bytes = z.int().nonnegative();

/*
 * Descriptors are strict: `urls` would send a reader elsewhere for the content, `data` would carry it past the blob that is checked.
 */
export const LayoutDocument = z.strictObject({ imageLayoutVersion: z.literal("1.0.0") });

/**
 * Other tools rewrite the index when they copy a layout: they leave out what the specification lets them, and add a tag. Nothing but the digest is taken
 * from it, and the digest covers all that was left out.
 */
/** 64 packages and the delivery; signatures of a few people over it. */
const MAX_MANIFESTS = 256;

export const IndexDocument = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(INDEX_MEDIA_TYPE).optional(),
  manifests: z.array(z.strictObject({
    mediaType: z.literal(MANIFEST_MEDIA_TYPE), artifactType: z.enum([ARTIFACT_TYPE, DELIVERY_ARTIFACT_TYPE]).optional(), digest: Digest, size: Bytes, annotations: z.record(z.string(), z.string()).optional(),
  })).min(1).max(MAX_MANIFESTS),
});

export const LayerDescriptor = z.strictObject({
  mediaType: z.enum(Object.values(LAYER_MEDIA_TYPES)),
  digest: Digest,
  size: Bytes,
  annotations: z.strictObject({ [FILEPATH_ANNOTATION]: z.string(), [FILE_METADATA_ANNOTATION]: z.string().optional() }),
});
export type LayerDescriptor = z.infer<typeof LayerDescriptor>;

/** 61 layers of 256 experts in 4 bits are 100 files; a bundle with more layers than this is made to exhaust its reader. */
const MAX_LAYERS = 100_000;

export const ManifestDocument = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_MEDIA_TYPE),
  artifactType: z.literal(ARTIFACT_TYPE),
  config: z.strictObject({ mediaType: z.literal(CONFIG_MEDIA_TYPE), digest: Digest, size: Bytes }),
  layers: z.array(LayerDescriptor).min(1).max(MAX_LAYERS),
  annotations: z.strictObject({
    [ANNOTATIONS.title]: z.string().min(1).max(200),
    [ANNOTATIONS.format]: z.literal(BUNDLE_FORMAT),
    [ANNOTATIONS.modelDigest]: Digest,
    [ANNOTATIONS.checkpointDigest]: Digest,
    [ANNOTATIONS.recipe]: z.string().max(64),
  }),
});
/** Of one package or checkpoint. */
export type ManifestDocument = z.infer<typeof ManifestDocument>;

const DeliveryLayerDescriptor = LayerDescriptor.extend({ mediaType: z.literal(DELIVERY_LAYER_MEDIA_TYPE) });
export type DeliveryLayerDescriptor = z.infer<typeof DeliveryLayerDescriptor>;

export const DeliveryManifestDocument = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_MEDIA_TYPE),
  artifactType: z.literal(DELIVERY_ARTIFACT_TYPE),
  config: z.strictObject({ mediaType: z.literal(EMPTY_MEDIA_TYPE), digest: Digest, size: Bytes }),
  layers: z.array(DeliveryLayerDescriptor).min(1).max(MAX_LAYERS),
  annotations: z.strictObject({ [ANNOTATIONS.title]: z.string().min(1).max(200), [ANNOTATIONS.format]: z.literal(BUNDLE_FORMAT) }),
});
export type DeliveryManifestDocument = z.infer<typeof DeliveryManifestDocument>;

/** Which kind of manifest this is; what kind it must be is checked afterwards. */
export const AnyManifest = z.looseObject({ artifactType: z.enum([ARTIFACT_TYPE, DELIVERY_ARTIFACT_TYPE]) });

/** ModelPack's config. */
export const ConfigDocument = z.strictObject({
  descriptor: z.strictObject({ name: z.string(), family: z.string(), licenses: z.array(z.string()).optional() }),
  modelfs: z.strictObject({ type: z.literal("layers"), diffIds: z.array(Digest) }),
  config: z.strictObject({ architecture: z.string(), format: z.enum(["onnx", "safetensors"]), precision: z.string(), quantization: z.string() }),
});
export type ConfigDocument = z.infer<typeof ConfigDocument>;

/** JSON that is the same for the same content: keys in the order written here, no spaces. */
export function documentBytes(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}
