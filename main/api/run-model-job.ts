import { basename, join } from "node:path";
import type { JobRequest } from "../../shared/schemas/job-requests.ts";
import type { Model } from "../../shared/schemas/model.ts";
import { importModel } from "../pipeline/import-model.ts";
import type { JobContext } from "../pipeline/job-context.ts";
import { quantizeModel } from "../pipeline/quantize-model.ts";
import { discardDirectory } from "./discard-directory.ts";
import type { JobResult } from "./job-results.ts";
import { resolveCheckpoint } from "./resolve-model.ts";
import type { Workbench } from "./workbench.ts";

/** "ckpt-" or "pkg-" and the first twelve hex digits of the digest: the same bytes have the same id everywhere. */
export function modelId(kind: Model["kind"], digest: string): string {
  return `${kind === "checkpoint" ? "ckpt" : "pkg"}-${digest.slice(0, 12)}`;
}

export async function runImport(workbench: Workbench, jobId: string, request: JobRequest<"model.import">, context: JobContext): Promise<JobResult<"model.import">> {
  const { directory, mode, checksums, templateApproved } = request;
  const name = request.name ?? basename(directory);
  await workbench.files.makeDirectory(workbench.home.checkpoints);
  const found = await importModel(context, { directory, name, mode, checksums, templateApproved, to: join(workbench.home.checkpoints, jobId) });
  const { model, alreadyPresent } = await keepOnce(workbench, {
    id: modelId("checkpoint", found.digest),
    kind: "checkpoint",
    name: found.name,
    family: found.spec.family,
    digest: found.digest,
    directory: found.directory,
    owned: mode !== "inPlace",
    bytes: found.bytes,
    totalParameters: found.arithmetic.totalParameters,
    activeParameters: found.arithmetic.activeParameters,
    recipe: null,
    parentId: null,
    arrival: found.arrival,
    createdAt: new Date(workbench.clock.now()).toISOString(),
  });
  workbench.store.audit.append("model.import", model.digest, { id: model.id, name: model.name, from: directory, mode, alreadyPresent, checksums: found.arrival.checksums, template: found.arrival.template, job: jobId });
  return { model, alreadyPresent, tensors: found.tensors, ignoredMtpTensors: found.ignoredMtpTensors, arrival: found.arrival };
}

export async function runQuantize(workbench: Workbench, jobId: string, request: JobRequest<"quantize">, context: JobContext): Promise<JobResult<"quantize">> {
  const source = await resolveCheckpoint(workbench, request.model);
  await workbench.files.makeDirectory(workbench.home.packages);
  const made = await quantizeModel(context, {
    checkpoint: { directory: source.directory, digest: source.digest, name: source.name },
    recipe: request.recipe,
    name: request.name ?? `${source.name}-${request.recipe.name}`,
    to: join(workbench.home.packages, jobId),
    threads: request.threads ?? workbench.threads,
  });
  const { model, alreadyPresent } = await keepOnce(workbench, {
    id: modelId("package", made.digest),
    kind: "package",
    name: made.name,
    family: made.spec.family,
    digest: made.digest,
    directory: made.directory,
    owned: true,
    bytes: made.bytes,
    totalParameters: made.arithmetic.totalParameters,
    activeParameters: made.arithmetic.activeParameters,
    recipe: made.recipe,
    parentId: source.id,
    createdAt: new Date(workbench.clock.now()).toISOString(),
  });
  workbench.store.audit.append("quantize", model.digest, { id: model.id, name: model.name, from: source.digest, recipe: made.recipe, alreadyPresent, job: jobId });
  return { model, alreadyPresent, weightBytes: made.weightBytes, inputBytes: made.inputBytes, seconds: made.seconds, parityRecorded: made.parityRecorded };
}

/**
 * Enters a model, or finds that the same bytes are here already and removes the second copy. An entry whose files have vanished, or an
 * entry in place for which there is now a copy of our own, takes the new directory.
 */
async function keepOnce(workbench: Workbench, model: Model): Promise<{ model: Model; alreadyPresent: boolean }> {
  const { store, files } = workbench;
  const existing = store.models.list().find((candidate) => candidate.id === model.id);
  if (existing === undefined) {
    store.models.insert(model);
    return { model, alreadyPresent: false };
  }
  const isSame = existing.directory === model.directory;
  const alreadyPresent = !isSame && (await files.status(existing.directory)) !== undefined && (existing.owned || !model.owned);
  if (alreadyPresent && model.owned) await discardDirectory(workbench, model.directory);
  const known = { ...existing, ...(model.arrival === undefined ? {} : { arrival: whatIsKnown(existing.arrival, model.arrival, alreadyPresent) }) };
  const kept = isSame || alreadyPresent ? known : { ...known, directory: model.directory, owned: model.owned };
  store.models.insert(kept);
  return { model: kept, alreadyPresent };
}

/** The same bytes came in twice: what was verified or approved once stays so, whatever the other time was left out; where the files are from is said of those that are kept. */
function whatIsKnown(before: Model["arrival"], now: NonNullable<Model["arrival"]>, isBeforeKept: boolean): NonNullable<Model["arrival"]> {
  if (before === undefined) return now;
  const approved = [now.template, before.template].find((template) => template?.isApproved === true && template.sha256 === now.template?.sha256);
  const checksums = [now.checksums, before.checksums].filter((list) => list !== null).toSorted((a, b) => b.covered - a.covered)[0] ?? null;
  return { ...(isBeforeKept ? before : now), checksums, template: approved ?? now.template };
}
