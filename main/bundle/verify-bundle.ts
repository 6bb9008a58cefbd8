import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { BundleVerification } from "../../shared/schemas/bundle.ts";
import type { Clock } from "../domain/clock.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { ANNOTATIONS, BLOBS_DIRECTORY, blobFile, blobsDirectory, hexOf, INDEX_FILE, INSTALL_LIST, INSTALL_SCRIPT, LAYOUT_FILE } from "./bundle-layout.ts";
import { checkModelFiles } from "./check-model-files.ts";
import { type OpenedBundle, readBundle } from "./read-bundle.ts";
import { checkInstaller } from "./site/add-installer.ts";
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
  await checkInstaller(files, bundle);
  // Many files can share one blob; hashing it for each would let a small bundle keep its reader busy for days.
  const blobs = new Map(bundle.layers.map(({ sha256, bytes }) => [sha256, bytes]));
  const total = [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "verify", done, total, unit: "bytes" });
  };
  for (const [sha256, bytes] of blobs) await verifyBlob({ files, signal, onBytes }, blobFile(directory, sha256), { sha256, bytes });
  await checkModelFiles(files, bundle, (layer) => blobFile(directory, layer.sha256));
  return {
    digest: bundle.digest, blobs: new Set([bundle.digest, bundle.manifest.config.digest, ...bundle.manifest.layers.map((layer) => layer.digest)]).size, bytes: total, modelDigest: hexOf(bundle.manifest.annotations[ANNOTATIONS.modelDigest] as string) as string,
    seconds: (clock.ticks() - started) / 1000, signature: "notSigned",
  };
}

/** Nothing may lie in a bundle that the manifest does not name: what nobody hashed, somebody may run. */
async function refuseStrangers(files: Files, { directory, digest, manifest, layers }: OpenedBundle): Promise<void> {
  const blobs = new Set([hexOf(digest), hexOf(manifest.config.digest), ...layers.map((layer) => layer.sha256)]);
  const expect = async (folder: string, isExpected: (name: string) => boolean, kind: "file" | "directory" | null): Promise<void> => {
    for (const name of await files.list(folder)) {
      const file = path.join(folder, name);
      const status = await files.status(file);
      if (status?.kind === "link" || status?.kind === "other") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status.kind}, not a file` });
      if (!isExpected(name)) throw new WorkbenchError("bundle.unexpectedFile", { file });
      if (kind !== null && status?.kind !== kind) throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status?.kind}, not a ${kind}` });
    }
  };
  await expect(directory, (name) => name === LAYOUT_FILE || name === INDEX_FILE || name === BLOBS_DIRECTORY || name === INSTALL_SCRIPT || name === INSTALL_LIST, null);
  await expect(path.join(directory, BLOBS_DIRECTORY), (name) => name === "sha256", "directory");
  await expect(blobsDirectory(directory), (name) => blobs.has(name), "file");
}
