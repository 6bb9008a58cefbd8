import { z } from "zod";

/** One link of the chain: hash = SHA-256 of the previous hash and this entry's canonical JSON. */
export const AuditEntry = z.strictObject({
  id: z.int().positive(),
  at: z.iso.datetime(),
  /** Who: the operating system's user and host. */
  actor: z.string(),
  /** What: "model.import", "bundle.create", … */
  action: z.string(),
  /** To which digest. */
  subject: z.string(),
  details: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
/** A window on the chain, which has no end to its length. */
export const AuditQuery = z.strictObject({
  limit: z.int().min(1).max(100_000).default(100),
  /** Only what lies before the entry of this id. */
  before: z.int().positive().optional(),
  /** Part of the actor, action, subject or hash; large and small letters of ASCII are alike. */
  matching: z.string().min(1).max(500).optional(),
  /** Any of these, whole, as the subject or in the details. */
  about: z.array(z.string().max(500)).max(8).optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
export const AuditVerification = z.strictObject({ entries: z.int(), lastHash: z.string(), intact: z.literal(true) });
export type AuditVerification = z.infer<typeof AuditVerification>;
