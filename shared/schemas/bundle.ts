import { z } from "zod";
import { Delivery, Mark } from "./delivery.ts";
import { WrittenReceipt } from "./receipt.ts";
import { SignatureAnswer, TrustMode } from "./trust.ts";

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
  /** Of all packages, then of the delivery. */
  layers: z.array(z.strictObject({ package: z.string().nullable(), path: z.string(), mediaType: z.string(), digest: z.string(), bytes: z.number() })),
  licences: z.array(z.string()),
  /** What is delivered to whom; null: a package alone. */
  delivery: Delivery.nullable(),
});
export type BundleContents = z.infer<typeof BundleContents>;

/** One text of a delivery: a launch file, a model card, the bill of materials. */
export const BundleText = z.strictObject({ path: z.string(), text: z.string() });
export type BundleText = z.infer<typeof BundleText>;

/** That a bundle is what it says it is, whoever made it. */
export const BundleIntegrity = z.strictObject({ digest: z.string(), blobs: z.int(), bytes: z.number(), modelDigest: z.string(), marks: z.array(Mark), seconds: z.number() });
export type BundleIntegrity = z.infer<typeof BundleIntegrity>;

export const BundleVerification = BundleIntegrity.extend({
  signature: SignatureAnswer,
  /** What the site's policy makes of the answer. */
  policy: TrustMode,
  /** Where the receipt was written, if one was asked for. */
  receipt: WrittenReceipt.nullable(),
});
export type BundleVerification = z.infer<typeof BundleVerification>;

/** What volumes carry: a bundle by the digest of its manifest, a delta by that of its delta.json. */
const content = z.strictObject({ kind: z.enum(["bundle", "delta"]), name: z.string(), digest: z.string() });

/** One medium's volume, as it was found. "damaged": some of it is not what was written; badBlocks says how much. */
export const VolumeState = z.enum(["whole", "damaged", "missing"]);
export type VolumeState = z.infer<typeof VolumeState>;

export const VolumeSetCheck = z.strictObject({
  /** sha256:… of volumes.json: the digest of the set. */
  set: z.string(),
  content,
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

/** `set`: sha256:… of volumes.json. */
export const BundleSplit = z.strictObject({ path: z.string(), content, set: z.string(), dataVolumes: z.int(), recoveryVolumes: z.int(), volumeBytes: z.number(), bytes: z.number(), seconds: z.number() });
export const BundleJoin = z.strictObject({ path: z.string(), content, set: z.string(), bytes: z.number(), files: z.int(), repairedBlocks: z.int(), seconds: z.number() });
export const BundleRepair = z.strictObject({ /** Null when nothing was lacking. */ path: z.string().nullable(), set: z.string(), repaired: z.array(z.string()), bytes: z.number(), seconds: z.number() });
/** `base`, `next`: digests of the bundles; `dataBytes`: what has to travel of the new one's `bytes`. */
export const BundleDelta = z.strictObject({
  path: z.string(), digest: z.string(), base: z.string(), next: z.string(), bytes: z.number(), dataBytes: z.number(), keptFiles: z.int(), changedFiles: z.int(), seconds: z.number(),
});
export const BundleApply = z.strictObject({ path: z.string(), digest: z.string(), bytes: z.number(), dataBytes: z.number(), seconds: z.number() });
