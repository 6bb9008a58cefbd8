import { z } from "zod";
import { ErrorRecordSchema } from "./job.ts";

/** release: vouches for a bundle as its maker. approve: signs again at a border, over the earlier signatures. revoke: signs revocation lists. */
export const TRUST_ROLES = ["release", "approve", "revoke"] as const;
export const TrustRole = z.enum(TRUST_ROLES);
export type TrustRole = z.infer<typeof TrustRole>;

/** What a signature on a bundle says that it is. */
export const SignaturePurpose = z.enum(["release", "approve"]);
export type SignaturePurpose = z.infer<typeof SignaturePurpose>;

/** SHA-256 of the public key as PEM, as the Model Signing format names keys. */
export const KeyId = z.string().regex(/^[0-9a-f]{64}$/, { error: "a key id is 64 hex digits" });
/** `*` stands for any run of characters, all else for itself. */
const Pattern = z.string().min(1).max(200);
/** Shown in lists, on receipts and in file names. */
export const SignerName = z.string().regex(/^[\p{L}\p{N}](?:[\p{L}\p{N} ._@-]{0,61}[\p{L}\p{N}])?$/u, { error: "up to 63 letters, digits, spaces and . _ @ -, beginning and ending with a letter or digit" });

export const TrustedSigner = z.strictObject({
  name: SignerName,
  /** key: this one key. authority: every key whose certificate leads to this one. */
  kind: z.enum(["key", "authority"]),
  /** The public key, or the authority's certificate. */
  pem: z.string().max(16_384),
  keyId: KeyId,
  may: z.array(TrustRole).min(1).max(TRUST_ROLES.length),
  /** Models whose bundles it may sign, by name. */
  models: Pattern,
  /** For an authority: common names of the certificates that count. */
  subjects: Pattern,
  addedAt: z.iso.datetime(),
});
export type TrustedSigner = z.infer<typeof TrustedSigner>;

export const TRUST_MODES = ["off", "warn", "enforce"] as const;
export const TrustMode = z.enum(TRUST_MODES);
export type TrustMode = z.infer<typeof TrustMode>;

/** How many different signers must have signed. The first rule that fits a bundle counts. */
export const TrustRule = z.strictObject({
  models: Pattern,
  /** null: whatever its marks. Otherwise one of its marks must fit. */
  marks: Pattern.nullable(),
  release: z.int().min(0).max(8),
  approve: z.int().min(0).max(8),
});
export type TrustRule = z.infer<typeof TrustRule>;

export const TrustPolicy = z.strictObject({
  /** off: the answer is told and decides nothing. warn: a warning. enforce: what is not verified is refused. */
  mode: TrustMode,
  rules: z.array(TrustRule).max(200),
  /** The stated time of a signature is the signer's word, no proof: by default a certificate must be valid when it is checked. */
  expiredCertificates: z.enum(["refuse", "acceptIfSignedBefore"]),
});
export type TrustPolicy = z.infer<typeof TrustPolicy>;
export const DEFAULT_TRUST_POLICY: TrustPolicy = { mode: "off", rules: [], expiredCertificates: "refuse" };
/** Where no rule fits: one signature of somebody who may release. */
export const DEFAULT_TRUST_RULE: TrustRule = { models: "*", marks: null, release: 1, approve: 0 };

/** What a revocation list says. It travels as a signed file (main/bundle/trust/revocation-list.ts). */
export const RevocationList = z.strictObject({
  formatVersion: z.literal(1),
  /** Whose list it is: a later one of the same name replaces it. */
  issuer: SignerName,
  /** Grows by every list; an older one is refused. */
  sequence: z.int().min(1),
  issuedAt: z.iso.datetime(),
  /** After this nothing is verified until a newer list has come. */
  validUntil: z.iso.datetime(),
  revokedKeys: z.array(z.strictObject({ keyId: KeyId, reason: z.string().max(300) })).max(10_000),
  revokedBundles: z.array(z.strictObject({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), reason: z.string().max(300) })).max(10_000),
  /** Last moment at which a key counts. */
  keyExpiry: z.array(z.strictObject({ keyId: KeyId, notAfter: z.iso.datetime() })).max(10_000),
});
export type RevocationList = z.infer<typeof RevocationList>;

export const TrustOverview = z.strictObject({
  signers: z.array(TrustedSigner),
  policy: TrustPolicy,
  lists: z.array(RevocationList.pick({ issuer: true, sequence: true, issuedAt: true, validUntil: true }).extend({ revokedKeys: z.int(), revokedBundles: z.int(), keyExpiry: z.int() })),
  /** The key that signs this site's receipts; null while there is none. */
  receiptKey: z.strictObject({ keyId: KeyId, pem: z.string() }).nullable(),
});
export type TrustOverview = z.infer<typeof TrustOverview>;

/** One signature of a bundle, and what became of it. */
export const SignatureFacts = z.strictObject({
  file: z.string(),
  keyId: KeyId.nullable(),
  /** Its name in the trust store; null when nobody there answers for it. */
  signer: z.string().nullable(),
  purpose: SignaturePurpose,
  /** As the signer states it. */
  statedAt: z.iso.datetime().nullable(),
  algorithm: z.enum(["ECDSA P-256 SHA-256", "ECDSA P-384 SHA-384"]).nullable(),
  /** From the signer's certificate to the authority trusted here; empty for a plain key. */
  chain: z.array(z.strictObject({ subject: z.string(), validFrom: z.iso.datetime(), validTo: z.iso.datetime() })),
  /** Key ids, or file names where a key is not known, of the signatures it was put over. */
  over: z.array(z.string()),
  /** Why it does not count; null: it counts. */
  fault: ErrorRecordSchema.nullable(),
});
export type SignatureFacts = z.infer<typeof SignatureFacts>;

/** Three answers, no fourth. */
export const SignatureAnswer = z.discriminatedUnion("answer", [
  z.strictObject({ answer: z.literal("verified"), signatures: z.array(SignatureFacts).min(1), files: z.int() }),
  z.strictObject({ answer: z.literal("notSigned") }),
  z.strictObject({ answer: z.literal("wrong"), fault: ErrorRecordSchema, signatures: z.array(SignatureFacts) }),
]);
export type SignatureAnswer = z.infer<typeof SignatureAnswer>;

/** Paths are absolute, on the machine that answers. */
const path = z.string().min(1).max(4096);
/** Never stored, never logged. */
const Passphrase = z.string().min(1).max(1024);

export const NewKeyRequest = z.strictObject({ curve: z.enum(["p256", "p384"]), out: path, passphrase: Passphrase });
export const NewKeyAnswer = z.strictObject({ keyId: KeyId, privateKey: path, publicKey: path });
export const AddSignerRequest = z.strictObject({ file: path, name: SignerName, may: z.array(TrustRole).min(1), models: Pattern.default("*"), subjects: Pattern.default("*") });
export const SetPolicyRequest = TrustPolicy.partial();
export const MakeListRequest = z.strictObject({ list: RevocationList.omit({ formatVersion: true, issuedAt: true }), key: path, passphrase: Passphrase.optional(), out: path });
export const BundleSignRequest = z.strictObject({
  bundle: path, key: path, passphrase: Passphrase.optional(),
  /** PEM: the signer's certificate, then those between it and its authority. */
  certificates: path.optional(),
  /** Unless said: release for a bundle without signatures, approve otherwise. */
  purpose: SignaturePurpose.optional(),
});
export const BundleSignAnswer = z.strictObject({ digest: z.string(), keyId: KeyId, purpose: SignaturePurpose, files: z.array(z.string()), over: z.array(z.string()) });
