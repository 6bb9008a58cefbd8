import { isAbsolute, join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Model } from "../../shared/schemas/model.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import { packageDirectory } from "../pipeline/change-version.ts";
import { openModelPackage } from "../pipeline/open-model-package.ts";
import type { Workbench } from "./workbench.ts";

/** A reference is either a row of the store or a directory that the store does not know. */
export type ResolvedModel = { readonly kind: "stored"; readonly model: Model } | { readonly kind: "path"; readonly path: string };

/**
 * @param reference an id, a unique beginning of one, a name, or an absolute path, also of a site
 * @throws store.notFound, store.ambiguous, package.notFound
 */
export async function resolveModel(workbench: Workbench, reference: string): Promise<ResolvedModel> {
  if (!isAbsolute(reference)) return { kind: "stored", model: workbench.store.models.resolve(reference) };
  if ((await workbench.files.status(reference)) === undefined) throw new WorkbenchError("package.notFound", { file: reference });
  // A site means its current version, as of now: whoever keeps the answer goes on with that one.
  const directory = await packageDirectory(workbench.files, reference);
  const path = await workbench.files.realPath(directory);
  for (const model of workbench.store.models.list()) {
    if (model.directory === path || model.directory === reference) return { kind: "stored", model };
  }
  return { kind: "path", path: directory };
}

/**
 * What a job's request keeps of a reference to a package: the full id or the path, so that a resume finds the same model under changed names. Refuses a
 * checkpoint before a job is started for it.
 */
export async function pinPackage(workbench: Workbench, reference: string): Promise<string> {
  const resolved = await resolveModel(workbench, reference);
  if (resolved.kind === "path") {
    await requirePackageDirectory(workbench, resolved.path);
    return resolved.path;
  }
  requirePackage(resolved.model);
  return resolved.model.id;
}

/** As `pinPackage`, for work that takes checkpoints too. */
export async function pinModel(workbench: Workbench, reference: string): Promise<string> {
  const resolved = await resolveModel(workbench, reference);
  if (resolved.kind === "stored") return resolved.model.id;
  for (const file of [PACKAGE_FILES.manifest, "config.json"]) if ((await workbench.files.status(join(resolved.path, file))) !== undefined) return resolved.path;
  throw new WorkbenchError("package.notFound", { file: resolved.path });
}

/** Opens the package a reference names. */
export async function openPackage(workbench: Workbench, reference: string): Promise<ModelPackage> {
  const resolved = await resolveModel(workbench, reference);
  if (resolved.kind === "path") {
    await requirePackageDirectory(workbench, resolved.path);
    return openModelPackage(workbench.files, resolved.path);
  }
  requirePackage(resolved.model);
  return openModelPackage(workbench.files, resolved.model.directory);
}

/** The stored checkpoint a reference names. */
export async function resolveCheckpoint(workbench: Workbench, reference: string): Promise<Model> {
  const resolved = await resolveModel(workbench, reference);
  if (resolved.kind === "path") throw new WorkbenchError("store.notFound", { kind: "model", reference: resolved.path });
  const { model } = resolved;
  if (model.kind !== "checkpoint") {
    const source = model.parentId === null ? "the checkpoint it was made from" : `its checkpoint, ${model.parentId}`;
    throw new WorkbenchError("usage.invalid", { reason: `${model.id} (${model.name}) is a package already quantized with ${model.recipe ?? "a recipe"}; quantize ${source} instead` });
  }
  return model;
}

/** A checkpoint given where a package is meant is a step left out, not a missing file. */
async function requirePackageDirectory({ files }: Workbench, path: string): Promise<void> {
  if ((await files.status(join(path, PACKAGE_FILES.manifest))) !== undefined) return;
  const isCheckpoint = (await files.status(join(path, "config.json"))) !== undefined;
  throw isCheckpoint ? new WorkbenchError("store.notFound", { kind: "model", reference: path }) : new WorkbenchError("package.notFound", { file: path });
}

function requirePackage(model: Model): void {
  if (model.kind === "package") return;
  throw new WorkbenchError("usage.invalid", { reason: `${model.id} (${model.name}) is a checkpoint, which does not run; make a package of it first: sallyport quantize ${model.id}` });
}
