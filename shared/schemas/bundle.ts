import { z } from "zod";

export const Bundle = z.strictObject({
  /** "bundle-" and the first twelve hex digits of the manifest digest. */
  id: z.string(),
  /** sha256:… of the OCI manifest. */
  digest: z.string(),
  path: z.string(),
  modelId: z.string(),
  modelDigest: z.string(),
  name: z.string(),
  bytes: z.number(),
  createdAt: z.iso.datetime(),
});
export type Bundle = z.infer<typeof Bundle>;

/** What is in a bundle, without re-hashing it. */
export const BundleContents = z.strictObject({
  digest: z.string(), name: z.string(), family: z.string(), recipe: z.string(), modelDigest: z.string(), checkpointDigest: z.string(), bytes: z.number(),
  layers: z.array(z.strictObject({ path: z.string(), mediaType: z.string(), digest: z.string(), bytes: z.number() })),
  licences: z.array(z.string()),
});
export type BundleContents = z.infer<typeof BundleContents>;

export const BundleVerification = z.strictObject({
  digest: z.string(), blobs: z.int(), bytes: z.number(), modelDigest: z.string(), seconds: z.number(),
  /** Signatures come with a later version; until then this says so instead of staying silent. */
  signature: z.literal("notSigned"),
});
export type BundleVerification = z.infer<typeof BundleVerification>;

/** One medium's volume, as it was found. "damaged": some of it is not what was written; badBlocks says how much. */
export const VolumeState = z.enum(["whole", "damaged", "missing"]);
export type VolumeState = z.infer<typeof VolumeState>;

export const VolumeSetCheck = z.strictObject({
  /** sha256:… of volumes.json: the digest of the set. */
  set: z.string(),
  content: z.strictObject({ kind: z.enum(["bundle", "delta"]), name: z.string(), digest: z.string() }),
  bytes: z.number(),
  recoveryVolumes: z.int(),
  volumes: z.array(z.strictObject({ name: z.string(), kind: z.enum(["data", "recovery"]), state: VolumeState, bytes: z.number(), blocks: z.int(), badBlocks: z.int(), files: z.array(z.string()), reason: z.string().nullable() })),
  /** Lists beside the volumes that are damaged (set null) or of another set. */
  otherLists: z.array(z.strictObject({ file: z.string(), set: z.string().nullable(), reason: z.string() })),
  /** dataWhole: only recovery is lacking. repairable: the rest can be computed. incomplete: more media are needed. */
  verdict: z.enum(["whole", "dataWhole", "repairable", "incomplete"]),
  /** How many more volumes, of those that are missing or damaged, would make it repairable. */
  neededVolumes: z.int(),
});
export type VolumeSetCheck = z.infer<typeof VolumeSetCheck>;
