import path from "node:path";
import type { ModelInspection } from "../../shared/contract.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { assignStorage } from "../quantize/assign-storage.ts";
import { modelArithmetic } from "../spec/model-arithmetic.ts";
import { readModelSpec } from "../spec/read-model-spec.ts";
import { weightsOf } from "../spec/weights-of.ts";
import { openModelPackage } from "./open-model-package.ts";
import { readConfig } from "./read-config.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

export type Inspected = Omit<ModelInspection, "model">;

/** Understands what lies at `location` without changing it: a model package, a checkpoint directory, or a lone config.json. */
export async function inspectDirectory(files: Files, location: string): Promise<Inspected> {
  const status = await files.status(location);
  if (status === undefined) throw new WorkbenchError("checkpoint.notFound", { file: location });
  if (status.kind === "file") return inspectConfig(files, location);
  if (await files.status(path.join(location, PACKAGE_FILES.manifest))) return inspectPackage(files, location);
  return inspectCheckpoint(files, location);
}

async function inspectConfig(files: Files, file: string): Promise<Inspected> {
  const spec = readModelSpec(await readConfig(files, file));
  return { spec, arithmetic: modelArithmetic(spec), checkpoint: null, recipe: null };
}

async function inspectPackage(files: Files, directory: string): Promise<Inspected> {
  const { spec, recipe } = (await openModelPackage(files, directory)).manifest;
  return { spec, arithmetic: modelArithmetic(spec, assignStorage(recipe, weightsOf(spec, new Set()))), checkpoint: null, recipe };
}

async function inspectCheckpoint(files: Files, directory: string): Promise<Inspected> {
  const { checkpoint, spec, ignoredMtp } = await understandCheckpoint(files, directory);
  const dtypes: Record<string, number> = {};
  for (const { dtype } of checkpoint.tensors.values()) dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
  return {
    spec,
    arithmetic: modelArithmetic(spec),
    recipe: null,
    checkpoint: {
      files: checkpoint.files.length, bytes: checkpoint.files.reduce((sum, file) => sum + file.bytes, 0), tensors: checkpoint.tensors.size,
      ignoredMtpTensors: ignoredMtp.length, dtypes, chatTemplate: checkpoint.chatTemplate?.text ?? null,
    },
  };
}
