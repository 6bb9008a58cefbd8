import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readBundle } from "../../../main/bundle/read-bundle.ts";
import { signBundle } from "../../../main/bundle/sign-bundle.ts";
import { bundleSubject } from "../../../main/bundle/trust/bundle-subject.ts";
import { checkSignatures } from "../../../main/bundle/trust/check-signatures.ts";
import { preAuthenticationEncoding } from "../../../main/bundle/trust/dsse.ts";
import { keyIdOf, publicPem } from "../../../main/bundle/trust/key-id.ts";
import { createPemSigner } from "../../../main/bundle/trust/pem-signer.ts";
import { presentFiles } from "../../../main/bundle/trust/present-files.ts";
import type { Signer } from "../../../main/bundle/trust/signer.ts";
import type { Trust } from "../../../main/bundle/trust/trust.ts";
import { DEFAULT_TRUST_POLICY, type RevocationList, type SignatureAnswer, type SignaturePurpose, type TrustedSigner } from "../../../shared/schemas/trust.ts";
import { files, fresh, makeBundle } from "../bundle-fixture.ts";

export const NOW = Date.parse("2026-06-01T12:00:00Z");

export interface Person {
  readonly signer: Signer;
  readonly pem: string;
  readonly publicKey: KeyObject;
  readonly keyId: string;
}

export function makePerson(namedCurve: "prime256v1" | "secp384r1" = "prime256v1"): Person {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const publicKey = createPublicKey(privateKey);
  return { signer: createPemSigner({ pem, file: "key" }), pem, publicKey, keyId: keyIdOf(publicKey) };
}

export const knows = (person: Person, name: string, changes: Partial<TrustedSigner> = {}): TrustedSigner =>
  ({ name, kind: "key", pem: publicPem(person.publicKey), keyId: person.keyId, may: ["release"], models: "*", subjects: "*", addedAt: "2026-01-01T00:00:00.000Z", ...changes });

export const trustOf = (signers: readonly TrustedSigner[], changes: Partial<Trust> = {}): Trust => ({ signers, policy: { ...DEFAULT_TRUST_POLICY, mode: "enforce" }, lists: [], ...changes });

export const listOf = (changes: Partial<RevocationList> = {}): RevocationList =>
  ({ formatVersion: 1, issuer: "site", sequence: 1, issuedAt: "2026-01-01T00:00:00.000Z", validUntil: "2027-01-01T00:00:00.000Z", revokedKeys: [], revokedBundles: [], keyExpiry: [], ...changes });

const { whole } = await makeBundle();

/** A bundle nobody has signed, of one's own. */
export function unsigned(): string {
  const directory = fresh();
  cpSync(whole, directory, { recursive: true });
  return directory;
}

export async function sign(directory: string, signer: Signer, purpose?: SignaturePurpose): Promise<string> {
  const bundle = await readBundle(files, directory);
  const made = await signBundle({ files, bundle, signer, purpose, now: NOW });
  return path.join(directory, made.files.find((file) => file.endsWith(".sigstore.json")) as string);
}

export async function check(directory: string, trust: Trust, { now = NOW, marks = [] as readonly string[] } = {}): Promise<SignatureAnswer> {
  const subject = bundleSubject(await readBundle(files, directory));
  return checkSignatures({ files, directory, present: await presentFiles(files, directory), subject: { ...subject, marks }, trust, now });
}

export const codeOf = (answer: SignatureAnswer): string => (answer.answer === "wrong" ? answer.fault.code : answer.answer);

interface SignatureDocument {
  mediaType: string;
  verificationMaterial: Record<string, unknown>;
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid: string }[] };
}

export const signatureFiles = (directory: string): string[] => readdirSync(path.join(directory, "signatures")).filter((name) => name.endsWith(".json")).map((name) => path.join(directory, "signatures", name));

export function editSignature(file: string, edit: (document: SignatureDocument) => void): void {
  const document = JSON.parse(readFileSync(file, "utf8")) as SignatureDocument;
  edit(document);
  writeFileSync(file, JSON.stringify(document));
}

/** Changes what is stated and signs it again: what somebody can do who has a key. */
export async function restate(file: string, signer: Signer, change: (text: string) => string, hash: "sha256" | "sha384" = "sha256"): Promise<void> {
  const document = JSON.parse(readFileSync(file, "utf8")) as SignatureDocument;
  const payload = Buffer.from(change(Buffer.from(document.dsseEnvelope.payload, "base64").toString()));
  const sig = await signer.sign(hash, preAuthenticationEncoding(document.dsseEnvelope.payloadType, payload));
  document.dsseEnvelope.payload = payload.toString("base64");
  document.dsseEnvelope.signatures[0] = { sig: Buffer.from(sig).toString("base64"), keyid: "" };
  writeFileSync(file, JSON.stringify(document));
}
