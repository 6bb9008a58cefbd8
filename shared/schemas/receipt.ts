import { z } from "zod";
import { EgressEvidence } from "./egress.ts";
import { ErrorRecordSchema } from "./job.ts";
import { KeyId, SignatureAnswer, TrustMode, TrustRule } from "./trust.ts";

export const RECEIPT_CHECKS = ["documents", "strangers", "blobs", "model", "sums", "signatures", "policy"] as const;

/** What a verification leaves for whoever answers for it: what was looked at, with what, and what came of it. */
export const Receipt = z.strictObject({
  formatVersion: z.literal(1),
  bundle: z.strictObject({
    path: z.string(),
    /** null where the bundle could not even be read. */
    digest: z.string().nullable(), name: z.string().nullable(), modelDigest: z.string().nullable(), checkpointDigest: z.string().nullable(),
    bytes: z.number().nullable(), blobs: z.int().nullable(),
    files: z.array(z.strictObject({ path: z.string(), bytes: z.number(), digest: z.string() })),
    marks: z.array(z.string()),
  }),
  /** broken: it is not whole, so that nobody's signature matters. */
  answer: z.enum(["verified", "notSigned", "wrong", "broken"]),
  fault: ErrorRecordSchema.nullable(),
  checks: z.array(z.strictObject({ check: z.enum(RECEIPT_CHECKS), result: z.enum(["passed", "failed", "notDone"]), tool: z.string(), version: z.string() })),
  signature: SignatureAnswer.nullable(),
  policy: z.strictObject({ mode: TrustMode, rule: TrustRule, lists: z.array(z.strictObject({ issuer: z.string(), sequence: z.int(), validUntil: z.iso.datetime() })) }),
  /** What the last self-test of this home saw of the network, and the SHA-256 of the evidence; null where none was made. */
  egress: z.strictObject({ digest: z.string(), ...EgressEvidence.pick({ at: true, verdict: true, versions: true, sockets: true }).shape }).nullable(),
  madeAt: z.iso.datetime(),
  /** user@host of the system that ran it. */
  madeBy: z.string(),
  system: z.string(),
  /** Key that signs this receipt (detached, over the JSON file); null: nobody vouches for it. */
  receiptKeyId: KeyId.nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

/** Absolute paths. */
export const WrittenReceipt = z.strictObject({ json: z.string(), html: z.string(), text: z.string(), signature: z.string().nullable() });
export type WrittenReceipt = z.infer<typeof WrittenReceipt>;

/** A receipt with the bytes of its files, for whoever prints it or takes it along. */
export const ReceiptCopy = z.strictObject({
  receipt: Receipt,
  files: WrittenReceipt,
  /** The JSON's, which is what the signature is over. */
  sha256: z.string(),
  json: z.string(), html: z.string(), text: z.string(),
});
export type ReceiptCopy = z.infer<typeof ReceiptCopy>;
