import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import { SUMS_FILE } from "../bundle-layout.ts";
import { refuseExpired, refuseRevoked, requireEntitled } from "./judge-signature.ts";
import { type JudgedSignature, readSignatureFile, type SignedContent, signaturePath, unknownFacts } from "./judged-signature.ts";
import { keyIdOf } from "./key-id.ts";
import { checkSums } from "./present-files.ts";
import { MAX_SUMS_BYTES } from "./sha256-sums.ts";

/** An ECDSA signature on P-384 has 104 bytes. */
const MAX_DETACHED_BYTES = 4096;

/**
 * A signature over SHA256SUMS as "openssl dgst -sha256 -sign" makes it. It names no key: the one beside it in the Model Signing format does (`companion`),
 * or every key that the site knows is tried, which makes a signature by hand as good as ours.
 * @throws files.*
 */
export async function judgeSumsSignature(content: SignedContent, name: string, companion: KeyObject | undefined): Promise<JudgedSignature> {
  const { files, directory, trust } = content;
  const file = signaturePath(content, name);
  let judged: Omit<JudgedSignature, "fault"> = { name, facts: unknownFacts(name), over: [], sha256: "", key: undefined };
  try {
    const signature = await readSignatureFile(content, file, MAX_DETACHED_BYTES);
    judged = { ...judged, sha256: createHash("sha256").update(signature).digest("hex") };
    // What is signed is a list: it says something of this bundle only if it is this bundle's.
    if (!(await checkSums(files, directory, content.present))) throw new WorkbenchError("trust.contentDiffers", { file, name: SUMS_FILE, kind: "missing" });
    const sums = await files.readAll(path.join(directory, SUMS_FILE), MAX_SUMS_BYTES);
    const holds = (key: KeyObject): boolean => verify("sha256", sums, { key, dsaEncoding: "der" }, signature);
    if (companion !== undefined) {
      if (!holds(companion)) throw new WorkbenchError("trust.signatureMismatch", { file, keyId: keyIdOf(companion) });
      // Whether its owner may sign is asked of the statement beside it.
      return { ...judged, key: companion, fault: null };
    }
    const signer = trust.signers.find((known) => known.kind === "key" && holds(createPublicKey(known.pem)));
    if (signer === undefined) throw new WorkbenchError("trust.signerUnknown", { file, keyId: "", subject: null });
    const key = createPublicKey(signer.pem);
    judged = { ...judged, key, facts: { ...judged.facts, keyId: signer.keyId, signer: signer.name } };
    refuseRevoked(content, [signer.keyId], file);
    requireEntitled(content, signer, "release", file);
    refuseExpired(content, [signer.keyId], file);
    return { ...judged, fault: null };
  } catch (error) {
    if (!(error instanceof WorkbenchError) || error.code.startsWith("files.")) throw error;
    return { ...judged, fault: error };
  }
}
