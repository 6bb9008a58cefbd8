import { WorkbenchError } from "../../shared/errors.ts";
import { PackageManifest } from "../../shared/schemas/model-package.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { ANNOTATIONS, blobFile, digestOf } from "./bundle-layout.ts";
import type { OpenedBundle } from "./read-bundle.ts";

const MAX_MODEL_JSON_BYTES = 64 * 2 ** 20;

/**
 * The layers are the package that model.json describes: the manifest speaks of this model.json, and each file it lists is a layer with the same digest.
 * A bundle put together from parts of two packages fails here though each blob is what its name says.
 */
export async function checkModelFiles(files: Files, { directory, manifest, layers }: OpenedBundle): Promise<void> {
  const byPath = new Map(layers.map((layer) => [layer.path, layer]));
  const head = byPath.get(PACKAGE_FILES.manifest);
  if (head === undefined) throw new WorkbenchError("bundle.layoutInvalid", { file: PACKAGE_FILES.manifest, reason: "no layer holds it" });
  const claimed = manifest.annotations[ANNOTATIONS.modelDigest] as string;
  if (digestOf(head.sha256) !== claimed) throw new WorkbenchError("bundle.digestMismatch", { expected: claimed, found: digestOf(head.sha256) });
  const file = blobFile(directory, head.sha256);
  const bytes = await files.readAll(file, MAX_MODEL_JSON_BYTES);
  let model: PackageManifest;
  try {
    model = PackageManifest.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new WorkbenchError("package.invalid", { file, reason: cause instanceof Error ? cause.message.slice(0, 500) : String(cause) }, { cause });
  }
  for (const listed of model.files) {
    const layer = byPath.get(listed.path);
    if (layer === undefined) throw new WorkbenchError("package.fileMissing", { file: listed.path });
    if (layer.sha256 !== listed.sha256 || layer.bytes !== listed.bytes) throw new WorkbenchError("package.fileChanged", { file: listed.path, expected: digestOf(listed.sha256), found: digestOf(layer.sha256) });
  }
}
