import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { SignaturePurpose } from "../../shared/schemas/trust.ts";
import type { Files } from "../domain/files.ts";
import { SIGNATURES_DIRECTORY, SUMS_FILE, SUMS_SIGNATURE_FILE } from "./bundle-layout.ts";
import type { OpenedBundle } from "./opened-bundle.ts";
import { bundleSubject } from "./trust/bundle-subject.ts";
import { readSignatureFile, signaturePath, signatureStem } from "./trust/judged-signature.ts";
import { keyIdOf } from "./trust/key-id.ts";
import { checkSums, presentFiles } from "./trust/present-files.ts";
import { sealBundle } from "./trust/seal-bundle.ts";
import { MAX_SUMS_BYTES } from "./trust/sha256-sums.ts";
import type { Signer } from "./trust/signer.ts";
import { MAX_SIGNATURE_BYTES, parseSignature, signStatement } from "./trust/sigstore-bundle.ts";

export interface SignBundle {
  readonly files: Files;
  readonly bundle: OpenedBundle;
  readonly signer: Signer;
  readonly purpose: SignaturePurpose | undefined;
  readonly now: number;
}

export interface MadeSignature {
  readonly keyId: string;
  readonly purpose: SignaturePurpose;
  /** Relative to the bundle. */
  readonly files: readonly string[];
  /** Names of the signatures it was put over. */
  readonly over: readonly string[];
}

/** Digits of the key id in a signature's file name: enough to be told apart by people and by `ls`. */
const STEM_DIGITS = 16;

/**
 * Adds two files to a bundle: a signature in the Model Signing format over every file and every earlier signature, and one over SHA256SUMS for openssl.
 * Blobs are taken at their names; whether their bytes are what they say, verifying tells. The statement's file comes last: what a kill leaves is no signature.
 * @throws trust.alreadySigned, trust.signatureInvalid, trust.keyRefused, bundle.sumsInvalid, bundle.entryRefused, files.*
 */
export async function signBundle({ files, bundle, signer, purpose, now }: SignBundle): Promise<MadeSignature> {
  const { directory } = bundle;
  const { digest, name: modelName } = bundleSubject(bundle);
  const keyId = keyIdOf(signer.publicKey);
  const stem = keyId.slice(0, STEM_DIGITS);
  const folder = path.join(directory, SIGNATURES_DIRECTORY);
  for (const place of [directory, folder]) await clearUnfinished(files, place);
  const names = (await files.status(folder)) === undefined ? [] : await files.list(folder);
  const statementFile = `${stem}.sigstore.json`;
  if (names.includes(statementFile)) throw new WorkbenchError("trust.alreadySigned", { file: signaturePath({ directory }, statementFile), keyId });
  const over = await earlierSignatures({ files, directory }, names, stem);
  if (over.length === 0 && (await files.status(path.join(directory, SUMS_FILE))) === undefined) await sealBundle(files, directory);
  const present = await presentFiles(files, directory);
  const sumsFiles = (await checkSums(files, directory, present)) ? await signSums(files, directory, signer, stem) : [];
  const chosen = purpose ?? (over.length === 0 ? "release" : "approve");
  const content = await signStatement(signer, { modelName, resources: present, ignored: [SIGNATURES_DIRECTORY], sallyport: { version: 1, purpose: chosen, statedAt: new Date(now).toISOString(), bundleDigest: digest, over } });
  await files.makeDirectory(folder);
  await files.writeWhole(signaturePath({ directory }, statementFile), content);
  return { keyId, purpose: chosen, files: [...sumsFiles, `${SIGNATURES_DIRECTORY}/${statementFile}`], over: over.map(({ file }) => file) };
}

/** What a signing that was killed left under a temporary name (`Files.writeWhole`): it would be a stranger in the bundle. */
async function clearUnfinished(files: Files, folder: string): Promise<void> {
  if ((await files.status(folder))?.kind !== "directory") return;
  for (const name of await files.list(folder)) if (/^\..+\.[0-9a-f]+\.tmp$/.test(name)) await files.remove(path.join(folder, name));
}

async function signSums(files: Files, directory: string, signer: Signer, stem: string): Promise<string[]> {
  const name = `${stem}.${SUMS_FILE}.sig`;
  // SHA-256 for every curve: one command line then serves all signers.
  const signature = await signer.sign("sha256", await files.readAll(path.join(directory, SUMS_FILE), MAX_SUMS_BYTES));
  await files.makeDirectory(path.join(directory, SIGNATURES_DIRECTORY));
  await files.writeWhole(signaturePath({ directory }, name), signature);
  return [`${SIGNATURES_DIRECTORY}/${name}`];
}

/** Statements, and signatures made by hand over SHA256SUMS, which have no statement beside them. */
async function earlierSignatures(place: { readonly files: Files; readonly directory: string }, names: readonly string[], own: string): Promise<{ file: string; sha256: string }[]> {
  const earlier: { file: string; sha256: string }[] = [];
  for (const name of names) {
    const file = signaturePath(place, name);
    const isByHand = SUMS_SIGNATURE_FILE.test(name);
    if (isByHand && (signatureStem(name) === own || names.includes(`${signatureStem(name)}.sigstore.json`))) continue;
    const bytes = await readSignatureFile(place, file, MAX_SIGNATURE_BYTES);
    // Nobody signs over what cannot even be read.
    if (!isByHand) parseSignature(bytes, file);
    earlier.push({ file: name, sha256: createHash("sha256").update(bytes).digest("hex") });
  }
  return earlier;
}
