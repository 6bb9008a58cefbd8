import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import type { OnProgress } from "../domain/progress.ts";
import { ANNOTATIONS, blobFile, EXTRAS_DIRECTORY, hexOf, INSTALLED_DELIVERY_MANIFEST, INSTALLED_MANIFEST, isProgram } from "./bundle-layout.ts";
import { checkBill } from "./check-bill.ts";
import { checkModelFiles } from "./check-model-files.ts";
import { clearPartial } from "./clear-partial.ts";
import { choosePackage, type InstalledLayer, installedLayers } from "./installed-layers.ts";
import type { OpenedBundle, OpenedPackage } from "./opened-bundle.ts";
import { readBundle } from "./read-bundle.ts";
import { type BlobTraffic, transferBlob } from "./transfer-blob.ts";

export interface InstallBundle {
  readonly files: Files;
  readonly path: string;
  readonly to: string;
  readonly expectedDigest?: string | undefined;
  /** Which of several packages, by name. */
  readonly package?: string | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Of a file with this digest, where another copy may lie: it is shared by a hard link and hashed, instead of copied. */
  readonly present?: ReadonlyMap<string, string>;
  /** Proves the unpacked package before it gets its name; throwing keeps it from getting it. */
  check(directory: string, kind: "package" | "checkpoint", modelDigest: string): Promise<void>;
}

/**
 * Unpacks a bundle to `to`, whole or not at all: copied to `to`.partial with every byte hashed on the way (an earlier verification is not trusted: the medium
 * may have changed hands), proven, then renamed. A killed install is taken up again; a failed check or a full disk leaves nothing.
 * @throws bundle.targetExists, bundle.packageNotFound, everything `verifyBundle` throws but bundle.unexpectedFile for strangers beside the blobs (they are not copied), and what `check` throws
 */
export async function installBundle(request: InstallBundle): Promise<{ modelDigest: string }> {
  const { files, path: directory, expectedDigest, onProgress, signal } = request;
  const to = path.resolve(request.to);
  const bundle = await readBundle(files, directory, expectedDigest);
  const chosen = choosePackage(bundle, request.package);
  const modelDigest = hexOf(chosen.manifest.annotations[ANNOTATIONS.modelDigest] as string) as string;
  const layers = installedLayers(bundle, chosen);
  await requireFreeTarget(files, to);
  const partial = `${to}.partial`;
  const total = layers.reduce((sum, { layer }) => sum + layer.bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "install", done, total, unit: "bytes" });
  };
  await sharePresent(files, partial, layers, request.present ?? new Map());
  await clearPartial(files, partial, [directory], new Map(layers.map(({ to: file, layer }) => [file, layer.bytes]))).catch((error: unknown) => abandon(files, partial, error));
  try {
    await unpack({ files, signal, onBytes }, bundle, chosen, partial);
    await request.check(partial, chosen.config.config.format === "onnx" ? "package" : "checkpoint", modelDigest);
    signal.throwIfAborted();
    // An empty directory is as good as none, and stays as it is until there is something to put in its place.
    if (await requireFreeTarget(files, to)) await files.remove(to);
    await files.rename(partial, to);
  } catch (error) {
    // A cancelled copy can be taken up again; one that proved wrong, or filled the disk, must not be left lying about.
    if (!signal.aborted) await files.remove(partial).catch(() => undefined);
    throw error;
  }
  return { modelDigest };
}

/** Before room is asked for: what is shared needs none. Whatever a link leads to is hashed like a file that an earlier run left, and replaced by a copy if it differs. */
async function sharePresent(files: Files, partial: string, layers: readonly InstalledLayer[], present: ReadonlyMap<string, string>): Promise<void> {
  if (present.size === 0) return;
  const there = await files.status(partial);
  if (there !== undefined && there.kind !== "directory") await files.remove(partial);
  for (const { to: file, layer: { sha256, bytes } } of layers) {
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

async function unpack(traffic: BlobTraffic, bundle: OpenedBundle, chosen: OpenedPackage, partial: string): Promise<void> {
  const { files } = traffic;
  const layers = installedLayers(bundle, chosen);
  for (const { to, layer: { sha256, bytes } } of layers) await transferBlob(traffic, blobFile(bundle.directory, sha256), path.join(partial, to), { sha256, bytes });
  await checkModelFiles(files, chosen, (layer) => path.join(partial, layer.path));
  await checkBill(files, bundle, (layer) => path.join(partial, EXTRAS_DIRECTORY, layer.path));
  await files.writeWhole(path.join(partial, INSTALLED_MANIFEST), chosen.manifestBytes);
  if (bundle.delivery !== null) await files.writeWhole(path.join(partial, INSTALLED_DELIVERY_MANIFEST), bundle.delivery.manifestBytes);
  for (const { to } of layers) if (to.startsWith(`${EXTRAS_DIRECTORY}/`) && isProgram(to)) await files.makeExecutable(path.join(partial, to));
}

/** @returns whether an empty directory stands there */
async function requireFreeTarget(files: Files, to: string): Promise<boolean> {
  const status = await files.status(to);
  if (status === undefined) return false;
  if (status.kind !== "directory" || (await files.list(to)).length > 0) throw new WorkbenchError("bundle.targetExists", { file: to });
  return true;
}
