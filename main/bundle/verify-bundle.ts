import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { BundleIntegrity } from "../../shared/schemas/bundle.ts";
import type { Clock } from "../domain/clock.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import {
  ANNOTATIONS, BLOBS_DIRECTORY, blobFile, blobsDirectory, hexOf, INDEX_FILE, INSTALL_LIST, INSTALL_SCRIPT, LAYOUT_FILE, SIGNATURE_FILE, SIGNATURES_DIRECTORY, SUMS_FILE, SUMS_SIGNATURE_FILE, VERIFY_SCRIPT, VERIFY_SCRIPT_WINDOWS,
} from "./bundle-layout.ts";
import { checkModelFiles } from "./check-model-files.ts";
import { checkBill } from "./check-bill.ts";
import { allLayers, documentDigests, type OpenedBundle } from "./opened-bundle.ts";
import { readBundle } from "./read-bundle.ts";
import { checkInstaller } from "./site/add-installer.ts";
import { checkSums, presentFiles } from "./trust/present-files.ts";
import { type HashingThreads, verifyBlobs } from "./verify-blobs.ts";

/** What verifying looks at, in this order; the first that fails ends it. */
export const INTEGRITY_CHECKS = ["documents", "strangers", "blobs", "model", "sums"] as const;
export type IntegrityCheck = (typeof INTEGRITY_CHECKS)[number];

export interface VerifyBundle {
  readonly files: Files;
  readonly clock: Clock;
  readonly path: string;
  readonly expectedDigest?: string | undefined;
  readonly threads?: HashingThreads | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Told of each check that has passed. */
  onPassed?(check: IntegrityCheck): void;
}

export interface VerifiedBundle extends BundleIntegrity {
  readonly bundle: OpenedBundle;
  /** Every file but the signatures → its SHA-256, all of them hashed. */
  readonly present: ReadonlyMap<string, string>;
}

/** Hashes everything again; who signed it is another question (`checkSignatures`). @throws bundle.*, package.* naming the first thing wrong */
export async function verifyBundle({ files, clock, path: directory, expectedDigest, threads, onProgress, signal, onPassed = () => {} }: VerifyBundle): Promise<VerifiedBundle> {
  const started = clock.ticks();
  const bundle = await readBundle(files, directory, expectedDigest);
  onPassed("documents");
  await refuseStrangers(files, bundle);
  onPassed("strangers");
  // Many files can share one blob; hashing it for each would let a small bundle keep its reader busy for days.
  const blobs = new Map(allLayers(bundle).map(({ sha256, bytes }) => [sha256, bytes]));
  const total = [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "verify", done, total, unit: "bytes" });
  };
  await verifyBlobs({ files, signal, onBytes }, [...blobs].map(([sha256, bytes]) => ({ file: blobFile(directory, sha256), sha256, bytes })), threads);
  onPassed("blobs");
  for (const each of bundle.packages) await checkModelFiles(files, each, (layer) => blobFile(directory, layer.sha256));
  await checkBill(files, bundle, (layer) => blobFile(directory, layer.sha256));
  onPassed("model");
  await checkInstaller(files, bundle);
  const present = await presentFiles(files, directory);
  await checkSums(files, directory, present);
  onPassed("sums");
  return {
    bundle, present, digest: bundle.digest, blobs: new Set([...documentDigests(bundle).map(hexOf), ...blobs.keys()]).size, bytes: total,
    modelDigest: hexOf(bundle.packages[0]?.manifest.annotations[ANNOTATIONS.modelDigest] ?? "") ?? "", marks: bundle.delivery?.document.marks ?? [], seconds: (clock.ticks() - started) / 1000,
  };
}

const BESIDE_THE_BLOBS: ReadonlySet<string> = new Set([LAYOUT_FILE, INDEX_FILE, BLOBS_DIRECTORY, SIGNATURES_DIRECTORY, SUMS_FILE, VERIFY_SCRIPT, VERIFY_SCRIPT_WINDOWS, INSTALL_SCRIPT, INSTALL_LIST]);

/** Nothing may lie in a bundle that the manifest does not name: what nobody hashed, somebody may run. */
async function refuseStrangers(files: Files, bundle: OpenedBundle): Promise<void> {
  const { directory } = bundle;
  const blobs = new Set([...documentDigests(bundle).map(hexOf), ...allLayers(bundle).map((layer) => layer.sha256)]);
  const expect = async (folder: string, isExpected: (name: string) => boolean, kind: "file" | "directory" | null): Promise<void> => {
    for (const name of await files.list(folder)) {
      const file = path.join(folder, name);
      const status = await files.status(file);
      if (status?.kind === "link" || status?.kind === "other") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status.kind}, not a file` });
      if (!isExpected(name)) throw new WorkbenchError("bundle.unexpectedFile", { file });
      if (kind !== null && status?.kind !== kind) throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status?.kind}, not a ${kind}` });
    }
  };
  await expect(directory, (name) => BESIDE_THE_BLOBS.has(name), null);
  await expect(path.join(directory, BLOBS_DIRECTORY), (name) => name === "sha256", "directory");
  await expect(blobsDirectory(directory), (name) => blobs.has(name), "file");
  const signatures = path.join(directory, SIGNATURES_DIRECTORY);
  if ((await files.status(signatures)) !== undefined) await expect(signatures, (name) => SIGNATURE_FILE.test(name) || SUMS_SIGNATURE_FILE.test(name), "file");
}
