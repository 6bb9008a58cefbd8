import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { TrustedSigner } from "../../../shared/schemas/trust.ts";
import { chainTo } from "./certificate-chain.ts";
import { keyIdOf } from "./key-id.ts";
import { matchesPattern } from "./matches-pattern.ts";
import { shownSubject } from "./pem-signer.ts";
import { checkSignature, type ModelSignature } from "./sigstore-bundle.ts";
import type { Trust } from "./trust.ts";

export interface Identified {
  readonly signer: TrustedSigner | undefined;
  /** The signer's own first, then those of the authorities above it. */
  readonly keys: readonly KeyObject[];
  readonly chain: readonly X509Certificate[];
  /** Why it is nobody known: the signature itself may hold all the same. */
  readonly fault: WorkbenchError | undefined;
}

/**
 * Who signed, of those the site knows. The signature is checked wherever the key is at hand; of a plain key nobody knows, only its name is.
 * @throws trust.signatureMismatch, trust.algorithmRefused, trust.certificateInvalid, trust.keyRefused
 */
export function identifySigner(signature: ModelSignature, trust: Trust, times: { readonly now: number; readonly statedAt: string | undefined }): Identified {
  const [own] = signature.certificates;
  const keyId = own === undefined ? (signature.keyHint ?? "") : keyIdOf(own.publicKey);
  const pinned = trust.signers.find((signer) => signer.kind === "key" && signer.keyId === keyId);
  if (pinned !== undefined) {
    const key = createPublicKey(pinned.pem);
    checkSignature(signature, key);
    return { signer: pinned, keys: [key], chain: [], fault: undefined };
  }
  const unknown = new WorkbenchError("trust.signerUnknown", { file: signature.file, keyId, subject: own === undefined ? null : shownSubject(own) });
  if (own === undefined) return { signer: undefined, keys: [], chain: [], fault: unknown };
  checkSignature(signature, own.publicKey);
  return authorityOf(signature, trust, times) ?? { signer: undefined, keys: signature.certificates.map(({ publicKey }) => publicKey), chain: [], fault: unknown };
}

function authorityOf(signature: ModelSignature, trust: Trust, times: { readonly now: number; readonly statedAt: string | undefined }): Identified | undefined {
  const { certificates, file } = signature;
  const [own] = certificates;
  for (const signer of trust.signers) {
    if (signer.kind !== "authority" || own === undefined || !matchesPattern(signer.subjects, commonName(own))) continue;
    const authority = new X509Certificate(signer.pem);
    const identified = (chain: readonly X509Certificate[], fault?: WorkbenchError): Identified => ({ signer, keys: chain.map(({ publicKey }) => publicKey), chain, fault });
    try {
      const chain = chainTo({ file, certificates, authority, at: new Date(times.now) });
      if (chain !== undefined) return identified(chain);
    } catch (error) {
      if (!(error instanceof WorkbenchError) || error.code !== "trust.certificateExpired") throw error;
      const chain = trust.policy.expiredCertificates === "acceptIfSignedBefore" && times.statedAt !== undefined ? chainTo({ file, certificates, authority, at: new Date(times.statedAt) }) : undefined;
      return chain === undefined ? identified([...certificates, authority], error) : identified(chain);
    }
  }
  return undefined;
}

export const commonName = (certificate: X509Certificate): string => /^CN=(.*)$/m.exec(certificate.subject ?? "")?.[1] ?? "";
