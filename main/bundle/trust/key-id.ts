import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { WorkbenchError } from "../../../shared/errors.ts";

/** Hash by curve, as the Model Signing format has it (model_signing/_signing/sign_ec_key.py, get_ec_key_hash). P-521 is left out: no HSM of a site asked for it. */
export const CURVES = {
  prime256v1: { hash: "sha256", algorithm: "ECDSA P-256 SHA-256" },
  secp384r1: { hash: "sha384", algorithm: "ECDSA P-384 SHA-384" },
} as const;
export type Curve = keyof typeof CURVES;

/** A public key has 200 bytes, a certificate 2 KB. */
export const MAX_KEY_FILE_BYTES = 64 * 1024;

export const publicPem = (key: KeyObject): string => String(key.export({ type: "spki", format: "pem" }));

/** The format's hint: SHA-256 of the public key as PEM text (sign_ec_key.py, _get_verification_material). */
export const keyIdOf = (key: KeyObject): string => createHash("sha256").update(publicPem(key)).digest("hex");

/** @throws trust.keyRefused for a key of another kind */
export function curveOf(key: KeyObject, file: string): Curve {
  const curve = key.asymmetricKeyType === "ec" ? key.asymmetricKeyDetails?.namedCurve : undefined;
  if (curve !== undefined && Object.hasOwn(CURVES, curve)) return curve as Curve;
  throw new WorkbenchError("trust.keyRefused", { file, reason: `it is ${curve === undefined ? String(key.asymmetricKeyType) : `an EC key on ${curve}`}; EC P-256 and P-384 are taken` });
}

/** @throws trust.keyRefused */
export function readPublicKey(pem: string, file: string): KeyObject {
  if (pem.includes("PRIVATE KEY")) throw new WorkbenchError("trust.keyRefused", { file, reason: "it is a private key, which stays with its owner; take the public key that belongs to it" });
  try {
    return createPublicKey({ key: pem, format: "pem" });
  } catch (cause) {
    throw new WorkbenchError("trust.keyRefused", { file, reason: `it holds no public key as PEM (${cause instanceof Error ? cause.message : String(cause)})` }, { cause });
  }
}
