import { createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate } from "node:crypto";
import { WorkbenchError } from "../../../shared/errors.ts";
import { curveOf } from "./key-id.ts";
import type { Signer } from "./signer.ts";

export interface PemSigner {
  readonly pem: string;
  /** Where it was read, for messages. */
  readonly file: string;
  readonly passphrase?: string | undefined;
  /** Certificates as PEM, the signer's own first. */
  readonly certificates?: { readonly pem: string; readonly file: string } | undefined;
}

/**
 * A signer out of a private key as PEM: PKCS#8, encrypted or not, and what "openssl ecparam" writes.
 * @throws trust.passphraseNeeded, trust.passphraseWrong, trust.keyRefused, trust.certificateInvalid
 */
export function createPemSigner({ pem, file, passphrase, certificates }: PemSigner): Signer {
  const key = openPrivateKey(pem, file, passphrase);
  curveOf(key, file);
  const publicKey = createPublicKey(key);
  const chain = certificates === undefined ? [] : certificatesIn(certificates.pem, certificates.file);
  const own = chain[0];
  if (own !== undefined && !own.publicKey.equals(publicKey)) throw new WorkbenchError("trust.certificateInvalid", { file: certificates?.file ?? file, subject: shownSubject(own), reason: "it is of another key than the one that signs" });
  return { publicKey, certificates: chain.map((certificate) => new Uint8Array(certificate.raw)), sign: async (hash, message) => new Uint8Array(sign(hash, message, { key, dsaEncoding: "der" })) };
}

/**
 * The PEM of a new key is encrypted; one made elsewhere may not be.
 * @throws trust.passphraseNeeded, trust.passphraseWrong, trust.keyRefused
 */
function openPrivateKey(pem: string, file: string, passphrase: string | undefined): KeyObject {
  const encrypted = /BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(pem);
  if (encrypted && passphrase === undefined) throw new WorkbenchError("trust.passphraseNeeded", { file });
  try {
    // "openssl ecparam -genkey" writes the parameters of the curve before the key.
    const block = /-----BEGIN (?:ENCRYPTED |EC )?PRIVATE KEY-----[\s\S]+?-----END (?:ENCRYPTED |EC )?PRIVATE KEY-----/.exec(pem)?.[0] ?? pem;
    return createPrivateKey({ key: block, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    if (encrypted) throw new WorkbenchError("trust.passphraseWrong", { file }, { cause });
    throw new WorkbenchError("trust.keyRefused", { file, reason: `it holds no private key as PEM (${cause instanceof Error ? cause.message : String(cause)})` }, { cause });
  }
}

/** A chain of more is made to keep its reader busy. */
const MAX_CERTIFICATES = 8;

/** @throws trust.certificateInvalid */
export function certificatesIn(pem: string, file: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0 || blocks.length > MAX_CERTIFICATES) throw new WorkbenchError("trust.certificateInvalid", { file, subject: "", reason: `it holds ${blocks.length} certificates as PEM; 1 to ${MAX_CERTIFICATES} are taken` });
  return blocks.map((block) => readCertificate(Buffer.from(block), file));
}

/** PEM or DER. @throws trust.certificateInvalid */
export function readCertificate(bytes: Uint8Array, file: string): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new WorkbenchError("trust.certificateInvalid", { file, subject: "", reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}

/** On one line. */
export const shownSubject = (certificate: X509Certificate): string => (certificate.subject ?? "").replaceAll("\n", ", ").slice(0, 300);
