import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import { DEFAULT_TRUST_POLICY, type RevocationList, TrustedSigner, TrustPolicy } from "../../../shared/schemas/trust.ts";
import type { Files } from "../../domain/files.ts";
import { certificateFacts } from "./certificate-facts.ts";
import { curveOf, keyIdOf, MAX_KEY_FILE_BYTES, publicPem, readPublicKey } from "./key-id.ts";
import { certificatesIn, shownSubject } from "./pem-signer.ts";
import { MAX_LIST_BYTES, openRevocationList } from "./revocation-list.ts";
import type { Trust } from "./trust.ts";
import { parseUniqueJson } from "./unique-json.ts";

/*
 * A directory of the home:
 *   trust.json          signers and policy
 *   lists/HEX.json      revocation lists as they came, by the hash of their issuer's name; believed anew each time they are read
 *   receipt-key.pem     signs this site's receipts (receipt-key.ts)
 */
const STORE_FILE = "trust.json";
const LISTS_DIRECTORY = "lists";
/** A thousand signers with certificates. */
const MAX_STORE_BYTES = 8 * 2 ** 20;

const StoredTrust = z.strictObject({ formatVersion: z.literal(1), signers: z.array(TrustedSigner).max(1000), policy: TrustPolicy });
type StoredTrust = z.infer<typeof StoredTrust>;

export interface TrustPlace {
  readonly files: Files;
  readonly directory: string;
}

/**
 * Whom this site believes. A home without a store believes nobody, and asks for nothing.
 * @throws trust.storeInvalid, trust.listInvalid, trust.listSignerUnknown: a store that cannot be read is not an empty one
 */
export async function openTrust(place: TrustPlace): Promise<Trust> {
  const { signers, policy } = await readStore(place);
  const folder = path.join(place.directory, LISTS_DIRECTORY);
  const names = (await place.files.status(folder)) === undefined ? [] : await place.files.list(folder);
  const lists: RevocationList[] = [];
  for (const name of names) {
    if (!name.endsWith(".json")) continue;
    const file = path.join(folder, name);
    lists.push(openRevocationList(await place.files.readAll(file, MAX_LIST_BYTES), file, listKeys(signers)));
  }
  return { signers, policy, lists };
}

/**
 * Lets the owner of a public key, or everybody an authority has certified, sign.
 * @param file names the PEM in messages
 * @throws trust.signerExists, trust.keyRefused, trust.certificateInvalid
 */
export async function addSigner(place: TrustPlace, pem: string, file: string, signer: Pick<TrustedSigner, "name" | "may" | "models" | "subjects" | "addedAt">): Promise<TrustedSigner> {
  const stored = await readStore(place);
  const added: TrustedSigner = { ...signer, ...signerOf(pem, file), may: [...new Set(signer.may)] };
  const same = stored.signers.find(({ name, keyId }) => name.toLowerCase() === added.name.toLowerCase() || keyId === added.keyId);
  if (same !== undefined) throw new WorkbenchError("trust.signerExists", { name: same.name });
  // A revocation list is believed by its signature alone, so its signer must be one key.
  if (added.kind === "authority" && added.may.includes("revoke")) throw new WorkbenchError("trust.keyRefused", { file, reason: "lists are signed by a key of their own: add its public key for \"revoke\", not a certificate" });
  await writeStore(place, { ...stored, signers: [...stored.signers, added] });
  return added;
}

function signerOf(pem: string, file: string): Pick<TrustedSigner, "kind" | "pem" | "keyId"> {
  if (!pem.includes("BEGIN CERTIFICATE")) {
    const key = readPublicKey(pem, file);
    curveOf(key, file);
    return { kind: "key", pem: publicPem(key), keyId: keyIdOf(key) };
  }
  const [certificate, ...more] = certificatesIn(pem, file);
  if (certificate === undefined || more.length > 0) throw new WorkbenchError("trust.certificateInvalid", { file, subject: "", reason: `it holds ${more.length + 1} certificates; add the authority's alone, those between travel with each signature` });
  if (!certificateFacts(certificate, file).isAuthority) {
    throw new WorkbenchError("trust.certificateInvalid", { file, subject: shownSubject(certificate), reason: "it is no certificate authority; add the authority above it, or the public key in it" });
  }
  return { kind: "authority", pem: certificate.toString(), keyId: keyIdOf(certificate.publicKey) };
}

/** @throws trust.signerNotFound; trust.signerInUse when a list would be left that nobody answers for */
export async function removeSigner(place: TrustPlace, name: string): Promise<TrustedSigner> {
  const [stored, trust] = [await readStore(place), await openTrust(place)];
  const removed = stored.signers.find((signer) => signer.name === name || signer.keyId === name);
  if (removed === undefined) throw new WorkbenchError("trust.signerNotFound", { name });
  const signers = stored.signers.filter((signer) => signer !== removed);
  for (const { issuer } of trust.lists) {
    const file = listFile(place, issuer);
    try {
      openRevocationList(await place.files.readAll(file, MAX_LIST_BYTES), file, listKeys(signers));
    } catch (cause) {
      throw new WorkbenchError("trust.signerInUse", { name: removed.name, issuer }, { cause });
    }
  }
  await writeStore(place, { ...stored, signers });
  return removed;
}

export async function setPolicy(place: TrustPlace, change: { readonly [K in keyof TrustPolicy]?: TrustPolicy[K] | undefined }): Promise<TrustPolicy> {
  const stored = await readStore(place);
  const chosen = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const policy = TrustPolicy.parse({ ...stored.policy, ...chosen });
  await writeStore(place, { ...stored, policy });
  return policy;
}

/** Takes a list in. The same one again changes nothing. @throws trust.listOutdated, trust.listExpired, trust.listInvalid, trust.listSignerUnknown */
export async function importRevocationList(place: TrustPlace, bytes: Uint8Array, file: string, now: number): Promise<RevocationList> {
  const trust = await openTrust(place);
  const list = openRevocationList(bytes, file, listKeys(trust.signers));
  const known = trust.lists.find(({ issuer }) => issuer === list.issuer);
  const isSame = known !== undefined && Buffer.from(bytes).equals(await place.files.readAll(listFile(place, list.issuer), MAX_LIST_BYTES));
  if (isSame) return list;
  if (known !== undefined && list.sequence <= known.sequence) throw new WorkbenchError("trust.listOutdated", { file, issuer: list.issuer, found: list.sequence, known: known.sequence });
  if (now > Date.parse(list.validUntil)) throw new WorkbenchError("trust.listExpired", { issuer: list.issuer, validUntil: list.validUntil });
  await place.files.makeDirectory(path.join(place.directory, LISTS_DIRECTORY));
  await place.files.writeWhole(listFile(place, list.issuer), bytes);
  return list;
}

const listFile = ({ directory }: TrustPlace, issuer: string): string => path.join(directory, LISTS_DIRECTORY, `${createHash("sha256").update(issuer).digest("hex").slice(0, 32)}.json`);

const listKeys = (signers: readonly TrustedSigner[]): KeyObject[] => signers.filter(({ kind, may }) => kind === "key" && may.includes("revoke")).map(({ pem }) => createPublicKey(pem));

async function readStore({ files, directory }: TrustPlace): Promise<StoredTrust> {
  const file = path.join(directory, STORE_FILE);
  if ((await files.status(file)) === undefined) return { formatVersion: 1, signers: [], policy: DEFAULT_TRUST_POLICY };
  const refuse = (reason: string, cause?: unknown): never => {
    throw new WorkbenchError("trust.storeInvalid", { file, reason }, { cause });
  };
  let json: unknown;
  try {
    json = parseUniqueJson(await files.readAll(file, MAX_STORE_BYTES));
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = StoredTrust.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refuse(`${issue?.path.join(".") || "the file"}: ${issue?.message.slice(0, 200)}`);
}

async function writeStore({ files, directory }: TrustPlace, stored: StoredTrust): Promise<void> {
  await files.makeDirectory(directory);
  await files.writeWhole(path.join(directory, STORE_FILE), new TextEncoder().encode(`${JSON.stringify(StoredTrust.parse(stored), null, 1)}\n`));
}

/** A PEM file, as text. @throws files.* */
export async function readPem(files: Files, file: string): Promise<string> {
  return Buffer.from(await files.readAll(file, MAX_KEY_FILE_BYTES)).toString("latin1");
}
