import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Mark } from "../../shared/schemas/delivery.ts";
import type { ParityReport } from "../../shared/schemas/report.ts";
import { installBundle } from "../bundle/install-bundle.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import type { Files } from "../domain/files.ts";
import { checkModelParity } from "./check-parity.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";
import { openModelPackage } from "./open-model-package.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

export interface InstallModelBundle {
  readonly bundle: string;
  readonly to: string;
  readonly package?: string | undefined;
  readonly expectedDigest?: string | undefined;
  /** Whether the model is run before it gets its name. */
  readonly parity: boolean;
}

interface InstalledModel {
  readonly modelDigest: string;
  readonly kind: "package" | "checkpoint";
  readonly parity: ParityReport | null;
  readonly marks: readonly Mark[];
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
  if (earlier !== undefined && (await isStill(files, to, earlier))) return { directory: to, ...earlier };
  let installed: InstalledModel | undefined;
  const { delivery } = await readBundle(files, request.bundle, request.expectedDigest);
  const marks = delivery?.document.marks ?? [];
  await installBundle({
    files, path: request.bundle, to, package: request.package, expectedDigest: request.expectedDigest, onProgress, signal,
    check: async (directory, kind, modelDigest) => {
      installed = kind === "package" ? { kind, marks, ...(await prove(context, directory, request.parity)) } : { kind, marks, modelDigest, parity: null };
      if (kind === "checkpoint") await understandCheckpoint(files, directory);
      await writeNamingRecord(context, to, installed);
    },
  });
  return { directory: to, ...(installed as unknown as InstalledModel) };
}

/** A package opens, and answers as it did where it was made. */
async function prove(context: JobContext, directory: string, parity: boolean): Promise<Pick<InstalledModel, "modelDigest" | "parity">> {
  const model = await openModelPackage(context.files, directory);
  const report = parity ? await checkModelParity(context, { model, chunkTokens: null }) : null;
  if (report !== null && !report.passed) {
    const { maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken } = report;
    throw new WorkbenchError("parity.failed", { model: model.manifest.name, maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken });
  }
  return { modelDigest: model.digest, parity: report };
}

async function isStill(files: Files, to: string, { kind, modelDigest }: InstalledModel): Promise<boolean> {
  if (kind === "package") return (await openModelPackage(files, to)).digest === modelDigest;
  return (await understandCheckpoint(files, to)).checkpoint.files.length > 0;
}
