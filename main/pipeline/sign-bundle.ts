import type { z } from "zod";
import { type ErrorRecord, errorFromRecord } from "../../shared/errors.ts";
import type { BundleSignAnswer, BundleSignRequest } from "../../shared/schemas/trust.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import { signBundle } from "../bundle/sign-bundle.ts";
import { createPemSigner } from "../bundle/trust/pem-signer.ts";
import { presentFiles } from "../bundle/trust/present-files.ts";
import { readPem } from "../bundle/trust/trust-store.ts";
import type { Clock } from "../domain/clock.ts";
import type { Files } from "../domain/files.ts";
import { checkBundleSignatures, openSitePolicy } from "./check-bundle-signatures.ts";

interface SigningPlace {
  readonly files: Files;
  readonly clock: Clock;
  readonly trustDirectory: string;
}

/**
 * Signs a bundle with a key in a file. What lies there is not hashed again: verify first whatever comes from elsewhere. Where the site enforces its policy,
 * nobody here signs over a signature that is wrong.
 * @throws as `createPemSigner` and `signBundle`
 */
export async function signModelBundle({ files, clock, trustDirectory }: SigningPlace, request: z.output<typeof BundleSignRequest>): Promise<z.output<typeof BundleSignAnswer>> {
  const { key, certificates, passphrase, purpose } = request;
  const signer = createPemSigner({ pem: await readPem(files, key), file: key, passphrase, certificates: certificates === undefined ? undefined : { pem: await readPem(files, certificates), file: certificates } });
  const bundle = await readBundle(files, request.bundle);
  const { trust, mode } = await openSitePolicy(files, trustDirectory, undefined);
  if (mode === "enforce") {
    const { answer } = await checkBundleSignatures({ files, clock }, bundle, await presentFiles(files, request.bundle), trust);
    // Too few so far is why it is signed again.
    if (answer.answer === "wrong" && answer.fault.code !== "trust.tooFewSignatures") throw errorFromRecord(answer.fault as ErrorRecord);
  }
  const made = await signBundle({ files, bundle, signer, purpose, now: clock.now() });
  return { digest: bundle.digest, keyId: made.keyId, purpose: made.purpose, files: [...made.files], over: [...made.over] };
}
