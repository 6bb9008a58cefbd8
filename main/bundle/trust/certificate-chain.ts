import type { X509Certificate } from "node:crypto";
import { WorkbenchError } from "../../../shared/errors.ts";
import { certificateFacts } from "./certificate-facts.ts";
import { shownSubject } from "./pem-signer.ts";

/** ECDSA and RSA with SHA-2, Ed25519. SHA-1 and MD5 can be forged. */
const SIGNATURE_ALGORITHMS = new Set(["1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", "1.3.101.112"]);
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
const ANY_USAGE = "2.5.29.37.0";
/** NIST SP 800-131A: below this a key counts as weak. */
const MIN_RSA_BITS = 2048;

export interface ChainRequest {
  readonly file: string;
  /** As the signature carries them, the signer's own first. */
  readonly certificates: readonly X509Certificate[];
  readonly authority: X509Certificate;
  /** The moment at which all of them must be valid, and what to call it. */
  readonly at: Date;
}

/**
 * Certificates from the signer's to the authority's, each issued by the next, valid, and allowed to. Without a network: what was revoked is told by
 * revocation lists, not here.
 * @returns the chain, or undefined when it does not lead to this authority
 * @throws trust.certificateExpired, trust.certificateInvalid
 */
export function chainTo({ file, certificates, authority, at }: ChainRequest): readonly X509Certificate[] | undefined {
  const [own, ...others] = certificates;
  if (own === undefined) return undefined;
  const chain = pathTo(own, others, authority);
  if (chain === undefined) return undefined;
  for (const [index, certificate] of chain.entries()) checkOne(certificate, index, file, at);
  return chain;
}

function pathTo(from: X509Certificate, others: readonly X509Certificate[], authority: X509Certificate): X509Certificate[] | undefined {
  if (from.fingerprint256 === authority.fingerprint256) return [from];
  if (issued(from, authority)) return [from, authority];
  for (const [index, next] of others.entries()) {
    if (!issued(from, next)) continue;
    const rest = pathTo(next, others.toSpliced(index, 1), authority);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}

/** By name and signature. Not by `checkIssued`, which also looks at the issuer's key usage and would leave "unknown" where "may not" is to be said. */
const issued = (certificate: X509Certificate, by: X509Certificate): boolean => certificate.issuer === by.subject && certificate.verify(by.publicKey);

function checkOne(certificate: X509Certificate, index: number, file: string, at: Date): void {
  const subject = shownSubject(certificate);
  const refuse = (reason: string): never => {
    throw new WorkbenchError("trust.certificateInvalid", { file, subject, reason });
  };
  if (at < certificate.validFromDate || at > certificate.validToDate) {
    throw new WorkbenchError("trust.certificateExpired", { file, subject, validFrom: certificate.validFromDate.toISOString(), validTo: certificate.validToDate.toISOString(), at: at.toISOString() });
  }
  const facts = certificateFacts(certificate, file);
  if (!SIGNATURE_ALGORITHMS.has(facts.signatureAlgorithm)) refuse(`it is signed with ${facts.signatureAlgorithm}, which is not taken`);
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) refuse(`its RSA key has fewer than ${MIN_RSA_BITS} bits`);
  if (index === 0) {
    if (facts.keyUsage !== null && !facts.keyUsage.digitalSignature) refuse("its key usage does not allow digital signatures");
    if (facts.extendedKeyUsage !== null && !facts.extendedKeyUsage.some((usage) => usage === CODE_SIGNING || usage === ANY_USAGE)) refuse("its extended key usage does not allow code signing");
    return;
  }
  if (!facts.isAuthority) refuse("it has issued a certificate but is no certificate authority (basic constraints)");
  if (facts.keyUsage !== null && !facts.keyUsage.keyCertSign) refuse("its key usage does not allow it to issue certificates");
  // Between it and the signer's certificate stand index - 1 others.
  if (facts.pathLength !== null && index - 1 > facts.pathLength) refuse(`it allows ${facts.pathLength} certificates between itself and the signer's; there are ${index - 1}`);
}
