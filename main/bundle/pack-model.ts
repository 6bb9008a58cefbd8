import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import { documentBytes } from "./bundle-documents.ts";
import { isExtra, LINEAGE_FILE, START_SCRIPT, START_SCRIPT_WINDOWS } from "./bundle-layout.ts";
import { type BundleSource, fileSource, madeSource, textSource } from "./bundle-source.ts";
import { checkLayerPaths } from "./check-layer-paths.ts";
import { findLicences } from "./find-licences.ts";
import { type PackedPackage, packedPackage } from "./packed-package.ts";
import { START_SCRIPT_TEXT, START_SCRIPT_WINDOWS_TEXT } from "./start-script.ts";
import { readThrough } from "./transfer-blob.ts";

/**
 * Every file of a package of ours, its parity record, lineage and start scripts. Nothing depends on time, place or order.
 * @throws package.invalid, package.fileMissing
 */
export async function packModel(files: Files, model: ModelPackage, signal: AbortSignal): Promise<PackedPackage> {
  const licences = await findLicences(files, model);
  // model.json cannot list itself, and lists parity.safetensors only if it will never be recorded again.
  const sources: BundleSource[] = model.manifest.files.map((file) => fileSource(file.path, path.join(model.directory, file.path), file));
  const inPackage = (name: string, sha256: string, bytes: number): BundleSource => fileSource(name, path.join(model.directory, name), { sha256, bytes });
  sources.push(inPackage(PACKAGE_FILES.manifest, model.digest, await sizeOf(files, path.join(model.directory, PACKAGE_FILES.manifest))));
  const parity = path.join(model.directory, PACKAGE_FILES.parity);
  if (!sources.some((source) => source.path === PACKAGE_FILES.parity) && (await files.status(parity)) !== undefined) {
    const bytes = await sizeOf(files, parity);
    sources.push(inPackage(PACKAGE_FILES.parity, await readThrough({ files, signal, onBytes: () => {} }, parity, bytes, async () => {}), bytes));
  }
  const { name, spec, lineage, recipe, runtime } = model.manifest;
  sources.push(textSource(START_SCRIPT, START_SCRIPT_TEXT), textSource(START_SCRIPT_WINDOWS, START_SCRIPT_WINDOWS_TEXT));
  sources.push(madeSource(LINEAGE_FILE, documentBytes({ modelDigest: model.digest, ...lineage, recipe, runtime, licences })));
  checkPackagePaths(model, sources.map((source) => source.path));
  return packedPackage({
    kind: "package", name, family: spec.family, precision: recipe.name, modelDigest: model.digest, checkpointDigest: lineage.checkpointDigest, licence: licences.spdx ?? licences.declared, directory: model.directory,
  }, sources);
}

/** What the receiver would refuse is refused before anything is written. */
function checkPackagePaths(model: ModelPackage, paths: readonly string[]): void {
  const reserved = model.manifest.files.find((file) => isExtra(file.path));
  const file = path.join(model.directory, PACKAGE_FILES.manifest);
  if (reserved !== undefined) throw new WorkbenchError("package.invalid", { file, reason: `${reserved.path}: a bundle puts its own files there` });
  try {
    checkLayerPaths(paths);
  } catch (cause) {
    if (!(cause instanceof WorkbenchError)) throw cause;
    throw new WorkbenchError("package.invalid", { file, reason: cause.message.slice(0, 500) }, { cause });
  }
}

async function sizeOf(files: Files, file: string): Promise<number> {
  const status = await files.status(file);
  if (status === undefined) throw new WorkbenchError("package.fileMissing", { file });
  if (status.kind !== "file") throw new WorkbenchError("package.invalid", { file, reason: `it is a ${status.kind}, not a file` });
  return status.bytes;
}
