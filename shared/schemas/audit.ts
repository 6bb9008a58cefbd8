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
export const AuditVerification = z.strictObject({ entries: z.int(), lastHash: z.string(), intact: z.literal(true) });
export type AuditVerification = z.infer<typeof AuditVerification>;
