import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Mark } from "../../shared/schemas/delivery.ts";
import { isModelReport, type Report } from "../../shared/schemas/report.ts";
import { refNameOf } from "../bundle/bundle-layout.ts";
import { createBundle, type MadeBundle } from "../bundle/create-bundle.ts";
import type { DeliveredModel } from "../bundle/delivery-contents.ts";
import { deliverySources } from "../bundle/delivery-sources.ts";
import { packCheckpoint } from "../bundle/pack-checkpoint.ts";
import { packModel } from "../bundle/pack-model.ts";
import { requireDistinctNames } from "../bundle/packed-package.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import { readImage, type SavedImage } from "../bundle/read-image.ts";
import { readRuntime, type ReadRuntime } from "../bundle/runtime/read-runtime.ts";
import { checkpointDigest, hashCheckpoint } from "../checkpoint/hash-checkpoint.ts";
import type { Installation } from "../domain/installation.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { modelArithmetic } from "../spec/model-arithmetic.ts";
import { createInstalledRuntime } from "./create-runtime.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";
import { openModelPackage } from "./open-model-package.ts";
import { planTarget, sitePlatform, type TargetModel, type TargetToPlan } from "./plan-target.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

export interface BundleToCreate {
  /** Packages and checkpoints, by the folder they lie in. */
  readonly models: readonly { readonly directory: string; readonly name: string }[];
  readonly name: string | null;
  readonly targets: readonly TargetToPlan[];
  readonly marks: readonly Mark[];
  readonly images: readonly string[];
  readonly runtimes: readonly string[];
  readonly reports: readonly Report[];
  readonly installation: Installation;
  readonly out: string;
}

interface CreatedBundle extends MadeBundle {
  readonly path: string;
  readonly name: string;
  readonly modelDigest: string;
  readonly modelKind: "package" | "checkpoint";
}

/**
 * Makes the bundle, or finds that an earlier run of this job had just finished it when it was killed.
 * @throws as `createBundle`; bundle.targetInvalid, bundle.targetDoesNotFit, bundle.imageInvalid, bundle.runtimeInvalid, plan.*
 */
export async function createModelBundle(context: JobContext, request: BundleToCreate): Promise<CreatedBundle> {
  const { files, onProgress, signal } = context;
  const out = path.resolve(request.out);
  const earlier = (await readNamingRecord(context, out)) as CreatedBundle | undefined;
  if (earlier !== undefined) {
    await readBundle(files, out, earlier.digest);
    return earlier;
  }
  if ((await files.status(out)) !== undefined) throw new WorkbenchError("bundle.targetExists", { file: out });
  const models: (DeliveredModel & TargetModel)[] = [];
  for (const model of request.models) models.push(await packed(context, model));
  requireDistinctNames(models.map(({ packed: each }) => each));
  const comparison = request.reports.find((report) => !isModelReport(report));
  // It would carry the names and addresses of machines elsewhere to the site.
  if (comparison !== undefined) throw new WorkbenchError("usage.invalid", { reason: `${comparison.id} compares several contestants; a bundle takes reports on one model` });
  const reports = request.reports.filter(isModelReport);
  const stranger = reports.find(({ body }) => !models.some(({ packed: each }) => each.modelDigest === body.conditions.model.digest));
  if (stranger !== undefined) throw new WorkbenchError("usage.invalid", { reason: `${stranger.id} reports on ${stranger.body.conditions.model.name} (${stranger.body.conditions.model.id}), which is not among the models` });
  const traffic = { files, signal, onBytes: () => {} };
  const images: SavedImage[] = [];
  for (const file of request.images) images.push(await readImage(traffic, file));
  const targets: Awaited<ReturnType<typeof planTarget>>[] = [];
  for (const target of request.targets) targets.push(await planTarget(files, target, models, images, targets.map(({ delivered }) => delivered.id)));
  const runtimes = await runtimesFor(context, request);
  const name = request.name ?? (models[0] as DeliveredModel).packed.name;
  const absent = [...new Set(targets.flatMap(({ delivered: { image } }) => (image === null || images.some(({ delivered }) => delivered.reference === image) ? [] : [image])))];
  const delivery = deliverySources({
    name, sallyportVersion: request.installation.version, marks: request.marks, models, targets, runtimes, reports,
    images: [...images, ...absent.map((reference) => ({ file: null, delivered: { reference, archiveDigest: null, path: null, format: null, imageDigest: null, bytes: 0 } }))],
  });
  const { packed: first } = models[0] as DeliveredModel;
  const facts = { path: out, name, modelDigest: first.modelDigest, modelKind: first.kind };
  const made = await createBundle({ files, packages: models.map(({ packed: each }) => each), delivery: { name, sources: delivery }, out, onProgress, signal, beforeNaming: (ready) => writeNamingRecord(context, out, { ...ready, ...facts }) });
  return { ...made, ...facts };
}

async function packed({ files, onProgress, signal }: JobContext, { directory, name }: BundleToCreate["models"][number]): Promise<DeliveredModel & TargetModel> {
  if ((await files.status(path.join(directory, PACKAGE_FILES.manifest))) !== undefined) {
    const model = await openModelPackage(files, directory);
    const { spec, recipe, lineage, cache } = model.manifest;
    return { packed: await packModel(files, model, signal), spec, arithmetic: modelArithmetic(spec), recipe, checkpointName: lineage.checkpointName, cache };
  }
  const { checkpoint, spec } = await understandCheckpoint(files, directory);
  const hashed = await hashCheckpoint(files, checkpoint, onProgress, signal);
  const dtypes = new Set([...checkpoint.tensors.values()].map(({ dtype }) => dtype));
  const precision = dtypes.has("F8_E4M3") ? "fp8" : dtypes.has("BF16") ? "bf16" : dtypes.has("F16") ? "fp16" : "f32";
  const toPack = { name, family: spec.family, precision, directory: checkpoint.directory, digest: checkpointDigest(hashed), files: hashed };
  return { packed: await packCheckpoint(files, toPack), spec, arithmetic: modelArithmetic(spec), recipe: null, checkpointName: name, cache: [] };
}

/** Of each platform that an embedded target is for: this installation's own, or one that was brought. */
async function runtimesFor(context: JobContext, { targets, runtimes, installation }: BundleToCreate): Promise<ReadRuntime[]> {
  const { files, signal, workDirectory } = context;
  const traffic = { files, signal, onBytes: () => {} };
  const found: ReadRuntime[] = [];
  for (const file of runtimes) {
    const runtime = await readRuntime(traffic, file);
    if (found.some(({ document }) => document.platform === runtime.document.platform)) throw new WorkbenchError("bundle.runtimeInvalid", { file, reason: `another one for ${runtime.document.platform} was given too` });
    found.push(runtime);
  }
  for (const target of targets) {
    if (target.kind !== "onnx") continue;
    const platform = sitePlatform(target.machine);
    if (found.some(({ document }) => document.platform === platform)) continue;
    if (platform !== installation.platform) throw new WorkbenchError("bundle.targetInvalid", { target: target.id ?? target.kind, reason: `its site is ${platform}, this machine is ${installation.platform}: make a runtime on a machine like it (sallyport bundle runtime --out FILE) and give it with --runtime` });
    const file = path.join(workDirectory, refNameOf(`runtime-${platform}.tar`));
    await createInstalledRuntime(context, { installation, out: file });
    found.push(await readRuntime(traffic, file));
  }
  return found;
}
