import { createPublicKey, type KeyObject, verify } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import { SUMS_FILE } from "../bundle-layout.ts";
import { refuseExpired, refuseRevoked, requireEntitled } from "./judge-signature.ts";
import { type JudgedSignature, readSignatureFile, type SignedContent, signaturePath, unknownFacts } from "./judged-signature.ts";
import { keyIdOf } from "./key-id.ts";
import { MAX_SUMS_BYTES } from "./sha256-sums.ts";

/** An ECDSA signature on P-384 has 104 bytes. */
const MAX_DETACHED_BYTES = 4096;

/**
 * A signature over SHA256SUMS as "openssl dgst -sha256 -sign" makes it. It names no key: the one beside it in the Model Signing format does (`companion`),
 * or every key that the site knows is tried, which makes a signature by hand as good as ours. SHA256SUMS itself has been checked (`checkSums`).
 * @throws files.*
 */
export async function judgeSumsSignature(content: SignedContent, name: string, companion: KeyObject | undefined): Promise<JudgedSignature> {
  const { files, directory, trust } = content;
  const file = signaturePath(content, name);
  let judged: Omit<JudgedSignature, "fault"> = { name, facts: unknownFacts(name), over: [], sha256: "", key: undefined };
  try {
    const signature = await readSignatureFile(content, file, MAX_DETACHED_BYTES);
    if (!content.present.has(SUMS_FILE)) throw new WorkbenchError("trust.contentDiffers", { file, name: SUMS_FILE, kind: "missing" });
    const sums = await files.readAll(path.join(directory, SUMS_FILE), MAX_SUMS_BYTES);
    const holds = (key: KeyObject): boolean => verify("sha256", sums, { key, dsaEncoding: "der" }, signature);
    if (companion !== undefined && !holds(companion)) throw new WorkbenchError("trust.signatureMismatch", { file, keyId: keyIdOf(companion) });
    const signer = trust.signers.find((known) => known.kind === "key" && holds(createPublicKey(known.pem)));
    const key = companion ?? (signer === undefined ? undefined : createPublicKey(signer.pem));
    if (key === undefined) throw new WorkbenchError("trust.signerUnknown", { file, keyId: "", subject: null });
    judged = { ...judged, key, facts: { ...judged.facts, keyId: keyIdOf(key), signer: signer?.name ?? null } };
    refuseRevoked(content, [key], file);
    requireEntitled(content, signer, "release", file);
    refuseExpired(content, [key], file);
    return { ...judged, fault: null };
  } catch (error) {
    if (!(error instanceof WorkbenchError) || error.code.startsWith("files.")) throw error;
    return { ...judged, fault: error };
  }
}
