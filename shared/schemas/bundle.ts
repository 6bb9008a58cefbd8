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
