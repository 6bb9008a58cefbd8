import { WorkbenchError } from "../../../shared/errors.ts";
import type { SignatureFacts, SignaturePurpose, TrustedSigner } from "../../../shared/schemas/trust.ts";
import { BLOBS_DIRECTORY, hexOf } from "../bundle-layout.ts";
import { identifySigner } from "./identify-signer.ts";
import { type JudgedSignature, readSignatureFile, type SignedContent, signaturePath, signatureStem, unknownFacts } from "./judged-signature.ts";
import { CURVES, curveOf, keyIdOf } from "./key-id.ts";
import { matchesPattern } from "./matches-pattern.ts";
import { type ModelStatement, parseStatement } from "./model-statement.ts";
import { shownSubject } from "./pem-signer.ts";
import { MAX_SIGNATURE_BYTES, parseSignature } from "./sigstore-bundle.ts";

/** A signature in the Model Signing format: whether it holds, covers what lies here, and is by somebody who may sign it. @throws files.* */
export async function judgeSignature(content: SignedContent, name: string): Promise<JudgedSignature> {
  const file = signaturePath(content, name);
  let judged: Omit<JudgedSignature, "fault"> = { name, facts: unknownFacts(name), over: [], sha256: "", key: undefined };
  const learn = (facts: Partial<SignatureFacts>, rest: Partial<Omit<JudgedSignature, "facts" | "fault">> = {}): void => {
    judged = { ...judged, ...rest, facts: { ...judged.facts, ...facts } };
  };
  try {
    const signature = parseSignature(await readSignatureFile(content, file, MAX_SIGNATURE_BYTES), file);
    const statement = parseStatement(signature.payload, file);
    const { sallyport } = statement;
    const purpose = sallyport?.purpose ?? "release";
    const over = sallyport?.over ?? [];
    const hint = signature.keyHint?.match(/^[0-9a-f]{64}$/)?.[0] ?? null;
    learn({ keyId: hint, purpose, statedAt: sallyport?.statedAt ?? null, over: over.map((earlier) => signatureStem(earlier.file)) }, { over, sha256: signature.sha256 });
    const { signer, keys, chain, fault } = identifySigner(signature, content.trust, { now: content.now, statedAt: sallyport?.statedAt });
    const [key] = keys;
    if (key !== undefined) learn({ keyId: keyIdOf(key), algorithm: CURVES[curveOf(key, file)].algorithm }, { key });
    learn({ signer: signer?.name ?? null, chain: chain.map((certificate) => ({ subject: shownSubject(certificate), validFrom: certificate.validFromDate.toISOString(), validTo: certificate.validToDate.toISOString() })) });
    requireContent(content, statement, file);
    // Of a key nobody here has, the list may still know the name.
    const keyIds = [...keys.map(keyIdOf), ...(hint === null ? [] : [hint])];
    refuseRevoked(content, keyIds, file);
    if (fault !== undefined) throw fault;
    requireEntitled(content, signer, purpose, file);
    refuseExpired(content, keyIds, file);
    return { ...judged, fault: null };
  } catch (error) {
    if (!(error instanceof WorkbenchError) || error.code.startsWith("files.")) throw error;
    return { ...judged, fault: error };
  }
}

/** It is about this bundle, about every file that lies here, and about no other. */
function requireContent({ present, subject: { digest } }: SignedContent, { resources, sallyport }: ModelStatement, file: string): void {
  if (sallyport !== undefined && sallyport.bundleDigest !== digest) throw new WorkbenchError("trust.otherBundle", { file, expected: digest, found: sallyport.bundleDigest });
  // The manifest is bound by its own digest, whatever index.json may say when it is read the next time.
  const manifest = `${BLOBS_DIRECTORY}/sha256/${hexOf(digest)}`;
  if (!resources.has(manifest)) throw new WorkbenchError("trust.otherBundle", { file, expected: digest, found: "a statement that does not name the bundle's manifest" });
  for (const [name, sha256] of present) {
    const signed = resources.get(name);
    if (signed !== sha256) throw new WorkbenchError("trust.contentDiffers", { file, name, kind: signed === undefined ? "unsigned" : "changed" });
  }
  for (const name of resources.keys()) if (!present.has(name)) throw new WorkbenchError("trust.contentDiffers", { file, name, kind: "missing" });
}

/** The time a signature states is no proof that it was made before a key was lost: nothing by a revoked key counts. @throws trust.keyRevoked */
export function refuseRevoked({ trust }: SignedContent, keyIds: readonly string[], file: string): void {
  const ids = new Set(keyIds);
  for (const { issuer, revokedKeys } of trust.lists) {
    const revoked = revokedKeys.find(({ keyId }) => ids.has(keyId));
    if (revoked !== undefined) throw new WorkbenchError("trust.keyRevoked", { file, keyId: revoked.keyId, issuer, reason: revoked.reason });
  }
}

/** @throws trust.keyExpired */
export function refuseExpired({ trust, now }: SignedContent, keyIds: readonly string[], file: string): void {
  const ids = new Set(keyIds);
  for (const { issuer, keyExpiry } of trust.lists) {
    const expired = keyExpiry.find(({ keyId, notAfter }) => ids.has(keyId) && now > Date.parse(notAfter));
    if (expired !== undefined) throw new WorkbenchError("trust.keyExpired", { file, keyId: expired.keyId, issuer, notAfter: expired.notAfter });
  }
}

/** @throws trust.notEntitled */
export function requireEntitled({ subject: { models } }: SignedContent, signer: TrustedSigner | undefined, purpose: SignaturePurpose, file: string): void {
  if (signer === undefined) return;
  const model = signer.may.includes(purpose) ? models.find((name) => !matchesPattern(signer.models, name)) : models[0];
  if (model !== undefined) throw new WorkbenchError("trust.notEntitled", { file, signer: signer.name, purpose, model });
}
