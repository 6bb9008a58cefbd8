import path from "node:path";
import type { Mark } from "../../shared/schemas/delivery.ts";
import type { ParityReport } from "../../shared/schemas/report.ts";
import type { SignatureAnswer, TrustMode } from "../../shared/schemas/trust.ts";
import { installBundle } from "../bundle/install-bundle.ts";
import type { Files } from "../domain/files.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";
import { openModelPackage } from "./open-model-package.ts";
import { requireParity } from "./prove-model.ts";
import { requireSignatures } from "./require-signatures.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

export interface InstallModelBundle {
  readonly bundle: string;
  readonly to: string;
  readonly package?: string | undefined;
  readonly expectedDigest?: string | undefined;
  /** Whether the model is run before it gets its name. */
  readonly parity: boolean;
  readonly trustDirectory: string;
  readonly policy: TrustMode | undefined;
}

interface InstalledModel {
  readonly modelDigest: string;
  readonly kind: "package" | "checkpoint";
  readonly parity: ParityReport | null;
  readonly marks: readonly Mark[];
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
  if (earlier !== undefined && (await isStill(files, to, earlier))) return { directory: to, ...earlier };
  let installed: InstalledModel | undefined;
  // Of the very bundle that is then unpacked: its digest is what was signed, and every byte is hashed against it on the way.
  const { answer: signature, digest, marks } = await requireSignatures(context, request);
  await installBundle({
    files, path: request.bundle, to, package: request.package, expectedDigest: digest, onProgress, signal,
    check: async (directory, kind, modelDigest) => {
      installed = kind === "package" ? { kind, marks, signature, ...(await prove(context, directory, request.parity)) } : { kind, marks, signature, modelDigest, parity: null };
      if (kind === "checkpoint") await understandCheckpoint(files, directory);
      await writeNamingRecord(context, to, installed);
    },
  });
  return { directory: to, ...(installed as unknown as InstalledModel) };
}

/** A package opens, and answers as it did where it was made. */
async function prove(context: JobContext, directory: string, parity: boolean): Promise<Pick<InstalledModel, "modelDigest" | "parity">> {
  const model = await openModelPackage(context.files, directory);
  return { modelDigest: model.digest, parity: parity ? await requireParity(context, model) : null };
}

async function isStill(files: Files, to: string, { kind, modelDigest }: InstalledModel): Promise<boolean> {
  if (kind === "package") return (await openModelPackage(files, to)).digest === modelDigest;
  return (await understandCheckpoint(files, to)).checkpoint.files.length > 0;
}
