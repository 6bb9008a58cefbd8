import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { PackageFile, PackageManifest } from "../../shared/schemas/model-package.ts";
import type { ModelArithmetic, ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { Recipe } from "../../shared/schemas/recipe.ts";
import { checkpointDigest, hashCheckpoint } from "../checkpoint/hash-checkpoint.ts";
import type { Checkpoint, HashedFile } from "../domain/checkpoint.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import type { StorageMap } from "../domain/weights.ts";
import { buildGraph, type BuiltGraph } from "../graph/build-graph.ts";
import { encodeModel } from "../graph/onnx/encode-model.ts";
import { assignStorage } from "../quantize/assign-storage.ts";
import { modelArithmetic } from "../spec/model-arithmetic.ts";
import { hashFile } from "./hash-file.ts";
import type { JobContext } from "./job-context.ts";
import { openModelPackage } from "./open-model-package.ts";
import { recordModelParity } from "./record-parity.ts";
import { sameDigest, type UnderstoodCheckpoint, understandCheckpoint } from "./understand-checkpoint.ts";
import { WeightJournal } from "./weight-journal.ts";
import { checkpointBytes, type WeightPlan } from "./weight-plan.ts";
import { writeWeights } from "./write-weights.ts";

export interface QuantizedModel {
  readonly digest: string;
  readonly name: string;
  readonly directory: string;
  readonly bytes: number;
  readonly weightBytes: number;
  readonly spec: ModelSpec;
  readonly arithmetic: ModelArithmetic;
  readonly recipe: string;
  /** Bytes of the checkpoint's weights that were stored, and how long storing them took. */
  readonly inputBytes: number;
  readonly seconds: number;
  /** false when the machine has too little free memory to run the result: parity is then to be recorded elsewhere. */
  readonly parityRecorded: boolean;
}

export interface QuantizeModel {
  readonly checkpoint: { readonly directory: string; readonly digest: string; readonly name: string };
  readonly recipe: Recipe;
  readonly name: string;
  readonly to: string;
  readonly threads: number;
}

/** Files of a checkpoint that travel with the package as they are. */
const CARRIED_FILES: ReadonlySet<string> = new Set([
  PACKAGE_FILES.tokenizer, PACKAGE_FILES.tokenizerConfig, PACKAGE_FILES.chatTemplate, PACKAGE_FILES.generationConfig, "special_tokens_map.json", "config.json",
]);
const LICENCE_FILE = /^(licen[cs]e|copying|notice|readme)([.-].*)?$/i;
/** A tokenizer.json of 256k tokens is 20 MB. */
const MAX_CARRIED_BYTES = 256 * 2 ** 20;

/** A session packs a copy of most weights beside the mapped ones. */
const MEMORY_PER_WEIGHT_BYTE = 1.4;

/**
 * Checkpoint × recipe → model package at `to`. Made as `to`.partial: weights first (resumable, see WeightJournal), then the small files,
 * model.json last, then the package's own proof, then the rename. The checkpoint is hashed again while it is read, so that the lineage
 * in model.json is what was read and not what was once imported.
 * @throws checkpoint.checksumMismatch when it is no longer the one that was imported; checkpoint.*, spec.*, recipe.*, files.noSpace
 */
export async function quantizeModel(context: JobContext, request: QuantizeModel): Promise<QuantizedModel> {
  const { files, clock } = context;
  const understood = await understandCheckpoint(files, request.checkpoint.directory);
  const storage = assignStorage(request.recipe, understood.weights);
  const graph = buildGraph(understood.spec, understood.weights, storage);
  const plan = planWeights(understood, storage, graph, `${request.to}.partial`);
  const inputBytes = plan.weights.reduce((sum, { weight }) => sum + checkpointBytes(understood.checkpoint, weight), 0);
  const weightBytes = plan.files.reduce((sum, file) => sum + file.bytes, 0);
  let seconds = 0;
  if ((await files.status(request.to)) === undefined) {
    try {
      const started = clock.ticks();
      const graphBytes = encodeModel(graph.model);
      const sources = await storeWeights(context, request, plan, graphBytes, weightBytes);
      seconds = (clock.ticks() - started) / 1000;
      await writePackage(context, request, understood, graph, graphBytes, plan, sources);
      await prove(context, plan.directory, weightBytes);
      await files.rename(plan.directory, request.to);
    } catch (error) {
      // A full disk stays full until what was half-written is gone; a cancelled or killed run is kept for the resume.
      if (error instanceof WorkbenchError && error.code === "files.noSpace") await files.remove(plan.directory);
      throw error;
    }
  }
  const made = await openModelPackage(files, request.to);
  const parityRecorded = (await files.status(path.join(request.to, PACKAGE_FILES.parity))) !== undefined;
  return {
    digest: made.digest, name: request.name, directory: request.to, bytes: made.manifest.files.reduce((sum, file) => sum + file.bytes, 0), weightBytes,
    spec: understood.spec, arithmetic: modelArithmetic(understood.spec, storage), recipe: request.recipe.name, inputBytes, seconds, parityRecorded,
  };
}

function planWeights(understood: UnderstoodCheckpoint, storage: StorageMap, graph: BuiltGraph, directory: string): WeightPlan {
  const byWeight = Map.groupBy(graph.placed.placements, (placement) => placement.weightId);
  return {
    checkpoint: understood.checkpoint,
    directory,
    files: graph.placed.files,
    weights: understood.weights.map((weight) => ({
      weight, storage: storage.get(weight.id) as NonNullable<ReturnType<StorageMap["get"]>>, placements: byWeight.get(weight.id) ?? [],
    })),
  };
}

/** Stores all weights while the checkpoint is hashed beside it. @returns the checkpoint's files with their digests */
async function storeWeights(context: JobContext, request: QuantizeModel, plan: WeightPlan, graphBytes: Uint8Array, weightBytes: number): Promise<readonly HashedFile[]> {
  const { files } = context;
  const fingerprint = createHash("sha256").update(graphBytes).update(request.checkpoint.digest).update(JSON.stringify(request.recipe)).digest("hex");
  const journal = await WeightJournal.open(files, context.workDirectory, fingerprint, plan);
  if (journal.done.size === 0) await files.remove(plan.directory);
  await files.makeDirectory(plan.directory);
  if (journal.done.size === 0) await requireSpace(context, plan.directory, weightBytes);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const hashed = hashCheckpoint(files, plan.checkpoint, () => {}, signal).then((sources) => {
    sameDigest(plan.checkpoint.directory, request.checkpoint.digest, checkpointDigest(sources));
    return sources;
  });
  const stored = writeWeights({ files, plan, journal, threads: request.threads, workerEntry: context.weightWriterEntry, onProgress: context.onProgress, signal });
  const [sources] = await Promise.all([hashed, stored]).catch(async (error: unknown) => {
    stop.abort(error);
    await Promise.allSettled([hashed, stored]);
    throw error;
  });
  return sources;
}

async function requireSpace({ files }: JobContext, directory: string, neededBytes: number): Promise<void> {
  const freeBytes = await files.freeBytes(directory);
  if (freeBytes < neededBytes) throw new WorkbenchError("files.noSpace", { file: directory, neededBytes, freeBytes });
}

/** Everything but the weights; model.json last, because it names and digests all the others. */
async function writePackage(
  context: JobContext, request: QuantizeModel, understood: UnderstoodCheckpoint, graph: BuiltGraph, graphBytes: Uint8Array, plan: WeightPlan, sources: readonly HashedFile[],
): Promise<void> {
  const { files } = context;
  const listed: string[] = [PACKAGE_FILES.graph, ...plan.files.map((file) => file.name)];
  await files.writeWhole(path.join(plan.directory, PACKAGE_FILES.graph), graphBytes);
  for (const name of await carryFiles(context, understood.checkpoint, plan.directory)) listed.push(name);
  const digests: PackageFile[] = [];
  for (const name of listed.toSorted()) digests.push(await hashFile(context, plan.directory, name));
  const manifest: PackageManifest = {
    formatVersion: 1, name: request.name, spec: understood.spec, recipe: request.recipe, cache: [...graph.cache],
    lineage: { checkpointDigest: request.checkpoint.digest, checkpointName: request.checkpoint.name, files: sources.map(({ path: file, bytes, sha256 }) => ({ path: file, bytes, sha256 })) },
    runtime: { name: "onnxruntime", version: context.runtimeVersion },
    files: digests,
  };
  await files.writeWhole(path.join(plan.directory, PACKAGE_FILES.manifest), new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`));
}

/** Tokenizer, chat template, configs and licence texts. @returns their names */
async function carryFiles({ files }: JobContext, checkpoint: Checkpoint, directory: string): Promise<string[]> {
  const carried = new Map<string, Uint8Array>();
  for (const { path: name } of checkpoint.files) {
    if (CARRIED_FILES.has(name) || LICENCE_FILE.test(name)) carried.set(name, await files.readAll(path.join(checkpoint.directory, name), MAX_CARRIED_BYTES));
  }
  // One place for the template, wherever the checkpoint kept it.
  if (checkpoint.chatTemplate !== null) carried.set(PACKAGE_FILES.chatTemplate, new TextEncoder().encode(checkpoint.chatTemplate.text));
  for (const [name, content] of carried) await files.writeWhole(path.join(directory, name), content);
  return [...carried.keys()];
}

/** Runs the new package once and keeps its answers with it. @returns false when it would not fit in memory here */
async function prove(context: JobContext, directory: string, weightBytes: number): Promise<boolean> {
  if (weightBytes * MEMORY_PER_WEIGHT_BYTE > context.availableMemoryBytes()) return false;
  await recordModelParity(context, { model: await openModelPackage(context.files, directory) });
  return true;
}
