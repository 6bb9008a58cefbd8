import type { KeyObject } from "node:crypto";

export type SigningHash = "sha256" | "sha384";

/**
 * Whoever holds a private key and uses it for us. A PEM file is one (`pem-signer.ts`); a PKCS#11 token or an HSM would be another: it is given the message
 * and a hash, and gives back a signature, so the key never comes to us.
 */
export interface Signer {
  readonly publicKey: KeyObject;
  /** The signer's certificate and those above it, DER; empty for a plain key. */
  readonly certificates: readonly Uint8Array[];
  /** ECDSA over the message's hash, as DER (SEQUENCE of r and s). */
  sign(hash: SigningHash, message: Uint8Array): Promise<Uint8Array>;
}
