import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { BundleVerification } from "../../shared/schemas/bundle.ts";
import type { Clock } from "../domain/clock.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { ANNOTATIONS, BLOBS_DIRECTORY, blobFile, blobsDirectory, hexOf, INDEX_FILE, LAYOUT_FILE } from "./bundle-layout.ts";
import { checkModelFiles } from "./check-model-files.ts";
import { checkBill } from "./check-bill.ts";
import { allLayers, documentDigests, type OpenedBundle } from "./opened-bundle.ts";
import { readBundle } from "./read-bundle.ts";
import { verifyBlob } from "./transfer-blob.ts";

export interface VerifyBundle {
  readonly files: Files;
  readonly clock: Clock;
  readonly path: string;
  readonly expectedDigest?: string | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Hashes everything again. @throws bundle.*, package.* naming the first thing wrong */
export async function verifyBundle({ files, clock, path: directory, expectedDigest, onProgress, signal }: VerifyBundle): Promise<BundleVerification> {
  const started = clock.ticks();
  const bundle = await readBundle(files, directory, expectedDigest);
  await refuseStrangers(files, bundle);
  // Many files can share one blob; hashing it for each would let a small bundle keep its reader busy for days.
  const blobs = new Map(allLayers(bundle).map(({ sha256, bytes }) => [sha256, bytes]));
  const total = [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "verify", done, total, unit: "bytes" });
  };
  for (const [sha256, bytes] of blobs) await verifyBlob({ files, signal, onBytes }, blobFile(directory, sha256), { sha256, bytes });
  for (const each of bundle.packages) await checkModelFiles(files, each, (layer) => blobFile(directory, layer.sha256));
  await checkBill(files, bundle, (layer) => blobFile(directory, layer.sha256));
  return {
    digest: bundle.digest, blobs: new Set([...documentDigests(bundle).map(hexOf), ...blobs.keys()]).size, bytes: total, modelDigest: hexOf(bundle.packages[0]?.manifest.annotations[ANNOTATIONS.modelDigest] ?? "") ?? "",
    marks: bundle.delivery?.document.marks ?? [], seconds: (clock.ticks() - started) / 1000, signature: "notSigned",
  };
}

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
  await expect(directory, (name) => name === LAYOUT_FILE || name === INDEX_FILE || name === BLOBS_DIRECTORY, null);
  await expect(path.join(directory, BLOBS_DIRECTORY), (name) => name === "sha256", "directory");
  await expect(blobsDirectory(directory), (name) => blobs.has(name), "file");
}
