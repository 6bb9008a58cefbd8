import { createHash, type KeyObject, verify, X509Certificate } from "node:crypto";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import { Base64, base64, Envelope, preAuthenticationEncoding } from "./dsse.ts";
import { CURVES, curveOf, keyIdOf } from "./key-id.ts";
import { type ModelStatement, STATEMENT_PAYLOAD_TYPE, statementBytes } from "./model-statement.ts";
import type { Signer } from "./signer.ts";
import { parseUniqueJson } from "./unique-json.ts";

/*
 * The Sigstore bundle in which the Model Signing format travels (docs.sigstore.dev/about/bundle; model_signing/_signing/sign_sigstore_pb.py and
 * sign_certificate.py). Of a plain key only the hint is in it; of a certificate the whole chain. There is no transparency log without a network.
 */
const MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const OLDER_MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle\+json;version=0\.[12]$/;
/** Resources of 100,000 layers are 20 MB, and a third more as base64. */
export const MAX_SIGNATURE_BYTES = 64 * 2 ** 20;

const SigstoreBundle = z.looseObject({
  verificationMaterial: z.strictObject({
    // rawBytes and keyDetails stand in signatures by versions before 1.1; the key is taken from the trust store, never from here.
    publicKey: z.strictObject({ hint: z.string().max(200), rawBytes: z.string().max(10_000).optional(), keyDetails: z.string().max(100).optional() }).optional(),
    x509CertificateChain: z.strictObject({ certificates: z.array(z.strictObject({ rawBytes: Base64 })).min(1).max(8) }).optional(),
    tlogEntries: z.array(z.unknown()).max(100).optional(),
    timestampVerificationData: z.unknown().optional(),
  }).refine((material) => (material.publicKey === undefined) !== (material.x509CertificateChain === undefined), { error: "either a key or a chain of certificates" }),
  dsseEnvelope: Envelope,
});

export interface ModelSignature {
  readonly file: string;
  /** Of the file as it lies there. */
  readonly sha256: string;
  /** What the signature says of its key. */
  readonly keyHint: string | undefined;
  /** The signer's own first; empty for a plain key. */
  readonly certificates: readonly X509Certificate[];
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** @returns the signature file's content */
export async function signStatement(signer: Signer, statement: ModelStatement): Promise<Uint8Array> {
  const payload = statementBytes(statement);
  const { hash } = CURVES[curveOf(signer.publicKey, "the signing key")];
  const sig = await signer.sign(hash, preAuthenticationEncoding(STATEMENT_PAYLOAD_TYPE, payload));
  const material = signer.certificates.length === 0
    ? { publicKey: { hint: keyIdOf(signer.publicKey) } }
    : { x509CertificateChain: { certificates: signer.certificates.map((der) => ({ rawBytes: base64(der) })) } };
  return new TextEncoder().encode(JSON.stringify({
    mediaType: MEDIA_TYPE, verificationMaterial: { ...material, tlogEntries: [] },
    dsseEnvelope: { payload: base64(payload), payloadType: STATEMENT_PAYLOAD_TYPE, signatures: [{ sig: base64(sig), keyid: "" }] },
  }));
}

/** @throws trust.signatureInvalid, trust.formatOutdated */
export function parseSignature(bytes: Uint8Array, file: string): ModelSignature {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new WorkbenchError("trust.signatureInvalid", { file, reason }, { cause });
  };
  let json: unknown;
  try {
    json = parseUniqueJson(bytes);
  } catch (cause) {
    refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const mediaType = z.looseObject({ mediaType: z.string() }).safeParse(json).data?.mediaType;
  if (mediaType !== undefined && OLDER_MEDIA_TYPE.test(mediaType)) throw new WorkbenchError("trust.formatOutdated", { file, found: mediaType, supported: MEDIA_TYPE });
  if (mediaType !== MEDIA_TYPE) refuse(`its media type is ${JSON.stringify(mediaType)?.slice(0, 100)}, not ${MEDIA_TYPE}`);
  const parsed = SigstoreBundle.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse(`${issue?.path.join(".") || "the file"}: ${issue?.message.slice(0, 200)}`);
  }
  const { verificationMaterial: material, dsseEnvelope } = parsed.data;
  if (dsseEnvelope.payloadType !== STATEMENT_PAYLOAD_TYPE) refuse(`its payload is ${dsseEnvelope.payloadType.slice(0, 100)}, not ${STATEMENT_PAYLOAD_TYPE}`);
  const [own] = dsseEnvelope.signatures;
  return {
    file, sha256: createHash("sha256").update(bytes).digest("hex"), keyHint: material.publicKey?.hint, payload: dsseEnvelope.payload, signature: own?.sig ?? new Uint8Array(),
    certificates: (material.x509CertificateChain?.certificates ?? []).map(({ rawBytes }) => {
      try {
        return new X509Certificate(rawBytes);
      } catch (cause) {
        return refuse("one of its certificates cannot be read", cause);
      }
    }),
  };
}

/**
 * Whether the payload is signed by this key, with the hash that belongs to its curve.
 * @throws trust.algorithmRefused for a good signature with another hash, trust.signatureMismatch
 */
export function checkSignature(signature: ModelSignature, key: KeyObject): void {
  const { file } = signature;
  const { hash } = CURVES[curveOf(key, file)];
  const message = preAuthenticationEncoding(STATEMENT_PAYLOAD_TYPE, signature.payload);
  const holds = (algorithm: string): boolean => verify(algorithm, message, { key, dsaEncoding: "der" }, signature.signature);
  if (holds(hash)) return;
  const other = ["sha1", "sha224", "sha256", "sha384", "sha512"].find((algorithm) => algorithm !== hash && holds(algorithm));
  if (other !== undefined) throw new WorkbenchError("trust.algorithmRefused", { file, found: `ECDSA with ${other}`, supported: CURVES[curveOf(key, file)].algorithm });
  throw new WorkbenchError("trust.signatureMismatch", { file, keyId: keyIdOf(key) });
}
