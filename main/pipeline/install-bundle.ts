import { WorkbenchError } from "../../shared/errors.ts";
import type { ParityReport } from "../../shared/schemas/report.ts";
import { installBundle } from "../bundle/install-bundle.ts";
import { checkModelParity } from "./check-parity.ts";
import type { JobContext } from "./job-context.ts";
import { openModelPackage } from "./open-model-package.ts";

export interface InstallModelBundle {
  readonly bundle: string;
  readonly to: string;
  readonly expectedDigest?: string | undefined;
  /** Whether the model is run before it gets its name. */
  readonly parity: boolean;
}

/**
 * Unpacks a bundle, opens what was unpacked and lets it prove itself; only then does it get its name.
 * @throws parity.failed when it answers differently here, besides everything that installing throws
 */
export async function installModelBundle(context: JobContext, request: InstallModelBundle): Promise<{ directory: string; modelDigest: string; parity: ParityReport | null }> {
  const { files, onProgress, signal } = context;
  let report: ParityReport | null = null;
  const { modelDigest } = await installBundle({
    files, path: request.bundle, to: request.to, expectedDigest: request.expectedDigest, onProgress, signal,
    check: async (directory) => {
      const model = await openModelPackage(files, directory);
      if (!request.parity) return;
      report = await checkModelParity(context, { model, chunkTokens: null });
      if (!report.passed) {
        const { maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken } = report;
        throw new WorkbenchError("parity.failed", { model: model.manifest.name, maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken });
      }
    },
  });
  return { directory: request.to, modelDigest, parity: report };
}
