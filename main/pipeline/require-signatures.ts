import type { Mark } from "../../shared/schemas/delivery.ts";
import type { SignatureAnswer, TrustMode } from "../../shared/schemas/trust.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import { presentFiles } from "../bundle/trust/present-files.ts";
import { requireTrust } from "../bundle/trust/require-trust.ts";
import { checkBundleSignatures, openSitePolicy } from "./check-bundle-signatures.ts";
import type { JobContext } from "./job-context.ts";

export interface SignedBundle {
  readonly bundle: string;
  readonly expectedDigest?: string | undefined;
  readonly trustDirectory: string;
  /** Stricter than the site's own, for this once. */
  readonly policy: TrustMode | undefined;
}

/** Who signed a bundle that is about to be installed; its digest is what was signed. @throws trust.* where the site enforces its policy; as `readBundle` */
export async function requireSignatures(context: JobContext, { bundle: directory, expectedDigest, trustDirectory, policy }: SignedBundle): Promise<{ answer: SignatureAnswer; digest: string; marks: readonly Mark[] }> {
  const { files } = context;
  const { trust, mode } = await openSitePolicy(files, trustDirectory, policy);
  const bundle = await readBundle(files, directory, expectedDigest);
  const { answer } = await checkBundleSignatures(context, bundle, await presentFiles(files, directory), trust);
  requireTrust(answer, mode, directory);
  return { answer, digest: bundle.digest, marks: bundle.delivery?.document.marks ?? [] };
}
