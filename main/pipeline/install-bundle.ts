import path from "node:path";
import type { ParityReport } from "../../shared/schemas/report.ts";
import { installBundle } from "../bundle/install-bundle.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";
import { openModelPackage } from "./open-model-package.ts";
import { requireParity } from "./prove-model.ts";

export interface InstallModelBundle {
  readonly bundle: string;
  readonly to: string;
  readonly expectedDigest?: string | undefined;
  /** Whether the model is run before it gets its name. */
  readonly parity: boolean;
}

interface InstalledModel {
  readonly modelDigest: string;
  readonly parity: ParityReport | null;
}

/**
 * Unpacks a bundle, opens what was unpacked and lets it prove itself; only then does it get its name. An earlier run of this job that was killed after that
 * has nothing left to do.
 * @throws parity.failed when it answers differently here, besides everything that installing throws
 */
export async function installModelBundle(context: JobContext, request: InstallModelBundle): Promise<InstalledModel & { directory: string }> {
  const { files, onProgress, signal } = context;
  const to = path.resolve(request.to);
  const earlier = (await readNamingRecord(context, to)) as InstalledModel | undefined;
  if (earlier !== undefined && (await openModelPackage(files, to)).digest === earlier.modelDigest) return { directory: to, ...earlier };
  let parity: ParityReport | null = null;
  const { modelDigest } = await installBundle({
    files, path: request.bundle, to, expectedDigest: request.expectedDigest, onProgress, signal,
    check: async (directory) => {
      const model = await openModelPackage(files, directory);
      if (request.parity) parity = await requireParity(context, model);
      await writeNamingRecord(context, to, { modelDigest: model.digest, parity } satisfies InstalledModel);
    },
  });
  return { directory: to, modelDigest, parity };
}
