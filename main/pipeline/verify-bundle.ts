import type { BundleVerification } from "../../shared/schemas/bundle.ts";
import { verifyBundle } from "../bundle/verify-bundle.ts";
import type { JobContext } from "./job-context.ts";

export async function verifyModelBundle(
  { files, clock, onProgress, signal }: JobContext, { bundle, expectedDigest }: { readonly bundle: string; readonly expectedDigest?: string | undefined },
): Promise<BundleVerification> {
  return verifyBundle({ files, clock, path: bundle, expectedDigest, onProgress, signal });
}
