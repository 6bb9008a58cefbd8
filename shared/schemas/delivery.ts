import { z } from "zod";
import { InnerPath, Sha256 } from "./model-package.ts";
import { ENGINE_KINDS } from "./plan.ts";

/*
 * What a bundle delivers, as delivery.json says it and receipts repeat it. Nothing in it depends on when or where it was made: the same inputs give the
 * same bytes.
 */

const name = z.string().min(1).max(200);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Engines of a plan, and ATC, which compiles fixed-shape graphs for Ascend and serves nothing. */
export const TARGET_KINDS = [...ENGINE_KINDS, "atc"] as const;
export const TargetKind = z.enum(TARGET_KINDS);
export type TargetKind = z.infer<typeof TargetKind>;

/** An export-control or classification mark, or a handling rule; shown on every receipt. */
export const MARK_KINDS = ["export-control", "classification", "handling"] as const;
/** One visible line: a mark that can hide letters, or turn a line around, marks nothing. */
const MarkText = z.string().min(1).max(200).refine((text) => text.trim() === text && text.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(text), { error: "one line of visible characters" });
export const Mark = z.strictObject({ kind: z.enum(MARK_KINDS), text: MarkText });
export type Mark = z.infer<typeof Mark>;

export const DeliveredPackage = z.strictObject({
  name,
  /** package: of ours, for the embedded engine. checkpoint: the publisher's files, untouched. */
  kind: z.enum(["package", "checkpoint"]),
  manifestDigest: digest,
  modelDigest: digest,
  checkpointDigest: digest,
  family: z.string().max(64),
  /** Recipe of a package; of a checkpoint what its weights are stored in. */
  precision: z.string().max(64),
  bytes: z.number().nonnegative(),
  licence: z.string().max(200).nullable(),
});
export type DeliveredPackage = z.infer<typeof DeliveredPackage>;

/** A container image that a target runs in; one that was saved travels along. */
export const DeliveredImage = z.strictObject({
  /** As `docker load` will know it, or as the launch files name it. */
  reference: z.string().min(1).max(512),
  /** SHA-256 of the archive; null where the site has the image already. */
  archiveDigest: digest.nullable(),
  path: InnerPath.nullable(),
  format: z.enum(["docker-archive", "oci-archive"]).nullable(),
  /** Digest of the image's config (docker's image id) or of its manifest, as the archive says. */
  imageDigest: digest.nullable(),
  bytes: z.number().nonnegative(),
});
export type DeliveredImage = z.infer<typeof DeliveredImage>;

/** A folder, a unit, a container, and a Service of Kubernetes, which takes the least (RFC 1035 label); room is left for endings. */
export const TargetId = z.string().regex(/^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$/, { error: "lower-case letters, digits and dashes, a letter first" });

export const DeliveredTarget = z.strictObject({
  id: TargetId,
  kind: TargetKind,
  package: name,
  site: z.strictObject({ name: z.string().max(4096), how: z.enum(["live", "capture", "folder", "preset"]), at: z.iso.datetime().nullable(), profileDigest: digest }),
  verdict: z.enum(["fits", "fitsWith"]).nullable(),
  precision: z.string().max(64),
  /** Whether the weights in that precision are in the bundle; otherwise by whom they are made. */
  weights: z.strictObject({ included: z.boolean(), maker: z.string().max(64) }),
  devices: z.int().nonnegative(),
  nodes: z.int().positive(),
  contextTokens: z.int().positive().nullable(),
  concurrency: z.int().positive().nullable(),
  image: z.string().max(512).nullable(),
  directory: InnerPath,
});
export type DeliveredTarget = z.infer<typeof DeliveredTarget>;

export const DeliveredRuntime = z.strictObject({ platform: z.string().regex(/^[a-z0-9]+-[a-z0-9]+$/).max(32), path: InnerPath, archiveDigest: digest, bytes: z.number(), nodeVersion: z.string().max(64), components: z.int().nonnegative() });
export type DeliveredRuntime = z.infer<typeof DeliveredRuntime>;

export const DELIVERY_FORMAT_VERSION = 1;
export const Delivery = z.strictObject({
  formatVersion: z.literal(DELIVERY_FORMAT_VERSION),
  name,
  marks: z.array(Mark).max(16),
  packages: z.array(DeliveredPackage).min(1).max(64),
  targets: z.array(DeliveredTarget).max(64),
  images: z.array(DeliveredImage).max(64),
  runtimes: z.array(DeliveredRuntime).max(16),
  reports: z.array(z.strictObject({ id: z.string().max(64), kind: z.string().max(32), modelDigest: digest, path: InnerPath })).max(1024),
});
export type Delivery = z.infer<typeof Delivery>;

/** One runtime file, program or library, and whose it is: runtime.json at the head of a runtime archive. */
export const RuntimeComponent = z.strictObject({ name: z.string().min(1).max(214), version: z.string().max(128), licence: z.string().max(200).nullable(), sha256: Sha256, licenceFile: InnerPath.nullable() });
export type RuntimeComponent = z.infer<typeof RuntimeComponent>;
export const RuntimeDocument = z.strictObject({
  formatVersion: z.literal(1),
  platform: z.string().regex(/^[a-z0-9]+-[a-z0-9]+$/).max(32),
  nodeVersion: z.string().max(64),
  sallyportVersion: z.string().max(64),
  components: z.array(RuntimeComponent).min(1).max(10_000),
});
export type RuntimeDocument = z.infer<typeof RuntimeDocument>;
