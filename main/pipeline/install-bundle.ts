import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { ParityReport } from "../../shared/schemas/report.ts";
import type { SignatureAnswer, TrustMode } from "../../shared/schemas/trust.ts";
import { installBundle } from "../bundle/install-bundle.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import { presentFiles } from "../bundle/trust/present-files.ts";
import { requireTrust } from "../bundle/trust/require-trust.ts";
import { checkBundleSignatures, openSitePolicy } from "./check-bundle-signatures.ts";
import { checkModelParity } from "./check-parity.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";
import { openModelPackage } from "./open-model-package.ts";

export interface InstallModelBundle {
  readonly bundle: string;
  readonly to: string;
  readonly expectedDigest?: string | undefined;
  /** Whether the model is run before it gets its name. */
  readonly parity: boolean;
  readonly trustDirectory: string;
  readonly policy: TrustMode | undefined;
}

interface InstalledModel {
  readonly modelDigest: string;
  readonly parity: ParityReport | null;
  readonly signature: SignatureAnswer;
}

/**
 * Unpacks a bundle, opens what was unpacked and lets it prove itself; only then does it get its name. An earlier run of this job that was killed after that
 * has nothing left to do.
 * @throws trust.* where the site enforces its policy, parity.failed when it answers differently here, besides everything that installing throws
 */
export async function installModelBundle(context: JobContext, request: InstallModelBundle): Promise<InstalledModel & { directory: string }> {
  const { files, onProgress, signal } = context;
  const to = path.resolve(request.to);
  const earlier = (await readNamingRecord(context, to)) as InstalledModel | undefined;
  if (earlier !== undefined && (await openModelPackage(files, to)).digest === earlier.modelDigest) return { directory: to, ...earlier };
  // Of the very bundle that is then unpacked: its digest is what was signed, and every byte is hashed against it on the way.
  const { answer: signature, digest } = await requireSignatures(context, request);
  let parity: ParityReport | null = null;
  const { modelDigest } = await installBundle({
    files, path: request.bundle, to, expectedDigest: digest, onProgress, signal,
    check: async (directory) => {
      const model = await openModelPackage(files, directory);
      if (request.parity) parity = await checkModelParity(context, { model, chunkTokens: null });
      if (parity !== null && !parity.passed) {
        const { maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken } = parity;
        throw new WorkbenchError("parity.failed", { model: model.manifest.name, maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken });
      }
      await writeNamingRecord(context, to, { modelDigest: model.digest, parity, signature } satisfies InstalledModel);
    },
  });
  return { directory: to, modelDigest, parity, signature };
}

async function requireSignatures(context: JobContext, { bundle: directory, expectedDigest, trustDirectory, policy }: InstallModelBundle): Promise<{ answer: SignatureAnswer; digest: string }> {
  const { files } = context;
  const { trust, mode } = await openSitePolicy(files, trustDirectory, policy);
  const bundle = await readBundle(files, directory, expectedDigest);
  const { answer } = await checkBundleSignatures(context, bundle, await presentFiles(files, directory), trust);
  requireTrust(answer, mode, directory);
  return { answer, digest: bundle.digest };
}
