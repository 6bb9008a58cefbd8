import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { ANNOTATIONS, blobFile, hexOf } from "./bundle-layout.ts";
import { checkModelFiles } from "./check-model-files.ts";
import { type OpenedBundle, readBundle } from "./read-bundle.ts";
import { transferBlob } from "./transfer-blob.ts";

export interface InstallBundle {
  readonly files: Files;
  readonly path: string;
  readonly to: string;
  readonly expectedDigest?: string | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Proves the unpacked package before it gets its name; throwing keeps it from getting it. */
  check(directory: string): Promise<void>;
}

/**
 * Unpacks a bundle to `to`, whole or not at all: copied to `to`.partial with every byte hashed on the way (an earlier verification is not trusted: the medium
 * may have changed hands), proven, then renamed. A killed install is taken up again; a failed check or a full disk leaves nothing.
 * @throws bundle.targetExists, everything `verifyBundle` throws, and what `check` throws
 */
export async function installBundle({ files, path: directory, to, expectedDigest, onProgress, signal, check }: InstallBundle): Promise<{ modelDigest: string }> {
  const bundle = await readBundle(files, directory, expectedDigest);
  await requireFreeTarget(files, to);
  const partial = `${to}.partial`;
  const total = bundle.layers.reduce((sum, layer) => sum + layer.bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "install", done, total, unit: "bytes" });
  };
  try {
    await files.makeDirectory(partial);
    await prepare(files, partial, bundle, total);
    for (const { path: file, sha256, bytes } of bundle.layers) await transferBlob({ files, signal, onBytes }, blobFile(directory, sha256), path.join(partial, file), { sha256, bytes });
    await checkModelFiles(files, bundle);
    await check(partial);
    signal.throwIfAborted();
    await requireFreeTarget(files, to);
    await files.rename(partial, to);
  } catch (error) {
    // A cancelled copy can be taken up again; one that proved wrong, or filled the disk, must not be left lying about.
    if (!signal.aborted) await files.remove(partial);
    throw error;
  }
  return { modelDigest: hexOf(bundle.manifest.annotations[ANNOTATIONS.modelDigest] as string) as string };
}

/** An empty directory is as good as none. */
async function requireFreeTarget(files: Files, to: string): Promise<void> {
  const status = await files.status(to);
  if (status === undefined) return;
  if (status.kind !== "directory" || (await files.list(to)).length > 0) throw new WorkbenchError("bundle.targetExists", { file: to });
  await files.remove(to);
}

/** Removes what does not belong to this bundle from an earlier attempt, and asks for the space that is still needed. */
async function prepare(files: Files, partial: string, { layers }: OpenedBundle, total: number): Promise<void> {
  const wanted = new Map(layers.map((layer) => [path.join(partial, layer.path), layer.bytes]));
  let present = 0;
  const walk = async (folder: string): Promise<void> => {
    for (const name of await files.list(folder)) {
      const file = path.join(folder, name);
      const status = await files.status(file);
      if (status?.kind === "directory") await walk(file);
      else if (status?.kind === "file" && wanted.get(file) === status.bytes) present += status.bytes;
      else await files.remove(file);
    }
  };
  await walk(partial);
  const neededBytes = total - present;
  const freeBytes = await files.freeBytes(partial);
  if (freeBytes < neededBytes) throw new WorkbenchError("files.noSpace", { file: partial, neededBytes, freeBytes });
}
