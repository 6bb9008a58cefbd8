import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import { keyIdOf, publicPem } from "./key-id.ts";

export const PUBLIC_KEY_ENDING = ".pub.pem";
const NAMED_CURVES = { p256: "prime256v1", p384: "secp384r1" } as const;

export interface MakeKey {
  readonly files: Files;
  readonly curve: keyof typeof NAMED_CURVES;
  /** Where the private key goes; the public key lies beside it. */
  readonly out: string;
  /** null only for a key that never leaves this machine and must work unattended. */
  readonly passphrase: string | null;
}

/**
 * A key pair: the private key as PKCS#8 PEM, encrypted with AES-256, readable for its owner alone; the public key beside it, to hand out.
 * @throws files.alreadyExists: a key that was overwritten is lost
 */
export async function makeKey({ files, curve, out, passphrase }: MakeKey): Promise<{ readonly keyId: string; readonly privateKey: string; readonly publicKey: string }> {
  const publicFile = `${out.replace(/\.(pem|key)$/, "")}${PUBLIC_KEY_ENDING}`;
  for (const file of [out, publicFile]) if ((await files.status(file)) !== undefined) throw new WorkbenchError("files.alreadyExists", { file });
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: NAMED_CURVES[curve] }) as { publicKey: KeyObject; privateKey: KeyObject };
  // The public key first: a private key whose public half nobody has is of no use.
  await files.writeWhole(publicFile, new TextEncoder().encode(publicPem(publicKey)));
  const pem = privateKey.export({ type: "pkcs8", format: "pem", ...(passphrase === null ? {} : { cipher: "aes-256-cbc", passphrase }) });
  await files.writePrivate(out, new TextEncoder().encode(String(pem)));
  return { keyId: keyIdOf(publicKey), privateKey: out, publicKey: publicFile };
}
