import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import { keyIdOf, publicPem } from "./key-id.ts";
import { makeKey } from "./make-key.ts";
import { createPemSigner } from "./pem-signer.ts";
import type { Signer } from "./signer.ts";
import { readPem, type TrustPlace } from "./trust-store.ts";

const RECEIPT_KEY_FILE = "receipt-key.pem";

/**
 * Makes the key that signs this site's receipts. It has no passphrase, since receipts are written by jobs that nobody attends: whoever can read this
 * home can sign receipts in its name, and only receipts.
 * @throws files.alreadyExists
 */
export async function makeReceiptKey({ files, directory }: TrustPlace): Promise<{ readonly keyId: string; readonly pem: string }> {
  await files.makeDirectory(directory);
  const { keyId, publicKey } = await makeKey({ files, curve: "p256", out: path.join(directory, RECEIPT_KEY_FILE), passphrase: null });
  return { keyId, pem: await readPem(files, publicKey) };
}

/** undefined while there is none. @throws trust.storeInvalid */
export async function receiptSigner({ files, directory }: TrustPlace): Promise<Signer | undefined> {
  const file = path.join(directory, RECEIPT_KEY_FILE);
  if ((await files.status(file)) === undefined) return undefined;
  try {
    return createPemSigner({ pem: await readPem(files, file), file });
  } catch (cause) {
    if (cause instanceof WorkbenchError && cause.code.startsWith("files.")) throw cause;
    throw new WorkbenchError("trust.storeInvalid", { file, reason: "it is no key that can be used" }, { cause });
  }
}

export function shownKey({ publicKey }: Pick<Signer, "publicKey">): { readonly keyId: string; readonly pem: string } {
  return { keyId: keyIdOf(publicKey), pem: publicPem(publicKey) };
}

