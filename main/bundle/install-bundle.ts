import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { ANNOTATIONS, blobFile, hexOf, INSTALLED_MANIFEST, START_SCRIPT } from "./bundle-layout.ts";
import { checkModelFiles } from "./check-model-files.ts";
import { clearPartial } from "./clear-partial.ts";
import { type OpenedBundle, readBundle } from "./read-bundle.ts";
import { type BlobTraffic, transferBlob } from "./transfer-blob.ts";

export interface InstallBundle {
  readonly files: Files;
  readonly path: string;
  readonly to: string;
  readonly expectedDigest?: string | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Of a file with this digest, where another copy may lie: it is shared by a hard link and hashed, instead of copied. */
  readonly present?: ReadonlyMap<string, string>;
  /** Proves the unpacked package before it gets its name; throwing keeps it from getting it. */
  check(directory: string): Promise<void>;
}

/**
 * Unpacks a bundle to `to`, whole or not at all: copied to `to`.partial with every byte hashed on the way (an earlier verification is not trusted: the medium
 * may have changed hands), proven, then renamed. A killed install is taken up again; a failed check or a full disk leaves nothing.
 * @throws bundle.targetExists, everything `verifyBundle` throws but bundle.unexpectedFile for strangers beside the blobs (they are not copied), and what `check` throws
 */
export async function installBundle(request: InstallBundle): Promise<{ modelDigest: string }> {
  const { files, path: directory, expectedDigest, onProgress, signal } = request;
  const to = path.resolve(request.to);
  const bundle = await readBundle(files, directory, expectedDigest);
  await requireFreeTarget(files, to);
  const partial = `${to}.partial`;
  const total = bundle.layers.reduce((sum, layer) => sum + layer.bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "install", done, total, unit: "bytes" });
  };
  await sharePresent(files, partial, bundle, request.present ?? new Map());
  await clearPartial(files, partial, directory, new Map(bundle.layers.map((layer) => [layer.path, layer.bytes]))).catch((error: unknown) => abandon(files, partial, error));
  try {
    await unpack({ files, signal, onBytes }, bundle, partial);
    await request.check(partial);
    signal.throwIfAborted();
    // An empty directory is as good as none, and stays as it is until there is something to put in its place.
    if (await requireFreeTarget(files, to)) await files.remove(to);
    await files.rename(partial, to);
  } catch (error) {
    // A cancelled copy can be taken up again; one that proved wrong, or filled the disk, must not be left lying about.
    if (!signal.aborted) await files.remove(partial).catch(() => undefined);
    throw error;
  }
  return { modelDigest: hexOf(bundle.manifest.annotations[ANNOTATIONS.modelDigest] as string) as string };
}

/** Before room is asked for: what is shared needs none. Whatever a link leads to is hashed like a file that an earlier run left, and replaced by a copy if it differs. */
async function sharePresent(files: Files, partial: string, bundle: OpenedBundle, present: ReadonlyMap<string, string>): Promise<void> {
  if (present.size === 0) return;
  const there = await files.status(partial);
  if (there !== undefined && there.kind !== "directory") await files.remove(partial);
  for (const { path: file, sha256, bytes } of bundle.layers) {
    const [from, to] = [present.get(sha256), path.join(partial, file)];
    if (from === undefined || (await files.status(to)) !== undefined) continue;
    const status = await files.status(from);
    if (status?.kind !== "file" || status.bytes !== bytes) continue;
    await files.makeDirectory(path.dirname(to));
    await files.linkOrCopy(from, to);
  }
}

/** No room: what an earlier attempt left only takes more of it. Anything else says that the directory is not ours to remove. */
async function abandon(files: Files, partial: string, error: unknown): Promise<never> {
  if (error instanceof WorkbenchError && error.code === "files.noSpace") await files.remove(partial).catch(() => undefined);
  throw error;
}

async function unpack(traffic: BlobTraffic, bundle: OpenedBundle, partial: string): Promise<void> {
  const { files } = traffic;
  for (const { path: file, sha256, bytes } of bundle.layers) await transferBlob(traffic, blobFile(bundle.directory, sha256), path.join(partial, file), { sha256, bytes });
  await checkModelFiles(files, bundle, (layer) => path.join(partial, layer.path));
  await files.writeWhole(path.join(partial, INSTALLED_MANIFEST), bundle.manifestBytes);
  if (bundle.layers.some((layer) => layer.path === START_SCRIPT)) await files.makeExecutable(path.join(partial, START_SCRIPT));
}

/** @returns whether an empty directory stands there */
async function requireFreeTarget(files: Files, to: string): Promise<boolean> {
  const status = await files.status(to);
  if (status === undefined) return false;
  if (status.kind !== "directory" || (await files.list(to)).length > 0) throw new WorkbenchError("bundle.targetExists", { file: to });
  return true;
}
