import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files, WritableFile } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import type { OnProgress } from "../domain/progress.ts";
import type { WeightPacker } from "../domain/weight-packer.ts";
import { decodeModel } from "../graph/onnx/decode-model.ts";
import { encodeModel } from "../graph/onnx/encode-model.ts";
import type { OnnxTensor } from "../graph/onnx/onnx-model.ts";
import { type PackingModel, packingModels } from "../graph/packing-models.ts";
import { adoptAbandoned, STOPPED_COMPILE } from "./adopt-abandoned.ts";
import { readFinishedGroup, removeFinishedGroups, writeFinishedGroup } from "./compile-journal.ts";
import { type CompiledFormKey, compiledFormFault, writeCompiledForm } from "./compiled-form.ts";

/** Weights that the runtime packs at once: it holds them, and their packed twins, in memory meanwhile. */
export const PACKING_GROUP_BYTES = 256 * 2 ** 20;
/** Packed blobs are read with aligned loads, and a mapping begins at a page (measured: anything less crashes; DESIGN §4). */
const ALIGNMENT_BYTES = 4096;
/** Raw weights, their packed twins with scales and block sums (1.5 times in blocks of 32), the scratch of one group, and the rest. */
const DISK_PER_WEIGHT_BYTE = 2.6;
const MAX_GRAPH_BYTES = 512 * 2 ** 20;
const COPY_BYTES = 8 * 2 ** 20;
/** Smaller models are packed anew at every start in less than a second. */
export const LEAST_WORTH_COMPILING_BYTES = 64 * 2 ** 20;

/** Disk that compiling a model with so much weight takes in the home; 0 for one that is not worth it. */
export function bytesToCompile(weightBytes: number): number {
  return weightBytes < LEAST_WORTH_COMPILING_BYTES ? 0 : weightBytes * DISK_PER_WEIGHT_BYTE;
}

export interface CompileModel extends CompiledFormKey {
  readonly files: Files;
  /** Where the compiled forms of all models lie. */
  readonly root: string;
  readonly packer: WeightPacker;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Models with less weight are left as they are. */
  readonly leastBytes: number;
  readonly groupBytes: number;
}

/**
 * The compiled form of a package (DESIGN §4): its graph with every matrix as the runtime's kernels on this machine want it, in files that are mapped instead of packed
 * into private memory at every start. Made on the first start and whenever the model, the runtime, the processor or the files are not those it was made with.
 * Packed group by group, so that a model larger than memory can be compiled, and one that was cancelled or killed on the way goes on behind its last group.
 * @returns the directory to run the model from: the package's own where a compiled form does not pay, or has no room on the disk
 */
export async function compileModel(compile: CompileModel): Promise<string> {
  const { files, model, root, runtimeVersion, instructionSet, packer, signal } = compile;
  const weightBytes = model.manifest.files.filter((file) => file.path.startsWith("weights-")).reduce((sum, file) => sum + file.bytes, 0);
  if (weightBytes < compile.leastBytes) return model.directory;
  const ofModel = path.join(root, model.digest);
  const directory = path.join(ofModel, `${runtimeVersion}-${instructionSet}`);
  const fault = await compiledFormFault(files, directory, compile);
  if (fault === null) return directory;
  await files.makeDirectory(ofModel);
  const partial = `${directory}.partial-${process.pid}`;
  await adoptAbandoned(files, ofModel, directory, partial);
  if ((await files.freeBytes(ofModel)) + (await bytesIn(files, partial)) < weightBytes * DISK_PER_WEIGHT_BYTE) {
    await files.remove(partial);
    return model.directory;
  }
  try {
    await files.makeDirectory(partial);
    await writeForm(compile, partial, fault);
    signal.throwIfAborted();
    // One for another runtime or processor, or a damaged one, is of no use any more. Somebody who runs from it keeps its mapped files.
    for (const name of await files.list(ofModel)) if (!name.includes(".partial-")) await files.remove(path.join(ofModel, name));
    await files.rename(partial, directory);
    return directory;
  } catch (error) {
    if (signal.aborted) await files.rename(partial, `${directory}${STOPPED_COMPILE}`).catch(() => files.remove(partial));
    else await files.remove(partial).catch(() => undefined);
    // Two that start at once compile twice; the second finds the first one's.
    if ((await compiledFormFault(files, directory, compile)) === null) return directory;
    if (error instanceof WorkbenchError && error.code === "files.noSpace") return model.directory;
    throw error;
  } finally {
    await packer.close();
  }
}

async function writeForm(compile: CompileModel, partial: string, reason: string): Promise<void> {
  const { files, model, onProgress, packer, signal } = compile;
  const graphFile = path.join(model.directory, PACKAGE_FILES.graph);
  const graph = decodeModel(await files.readAll(graphFile, MAX_GRAPH_BYTES), graphFile);
  const groups = packingModels(graph, compile.groupBytes);
  const total = groups.reduce((sum, group) => sum + group.bytes, 0);
  const moved = new Map<string, OnnxTensor>();
  let done = 0;
  const step = `compile (${reason})`;
  onProgress({ step, done, total, unit: "bytes" });
  const scratch = path.join(partial, "scratch");
  for (const [index, group] of groups.entries()) {
    let placed = await readFinishedGroup(files, partial, index);
    if (placed === null) {
      await files.remove(scratch);
      await files.makeDirectory(scratch);
      const packed = await packGroup(files, packer, group, model.directory, scratch, signal);
      const file = `packed-${String(index + 1).padStart(5, "0")}.bin`;
      const laidOut = await layOut(files, packed.filter((tensor) => !moved.has(tensor.name)), scratch, path.join(partial, file), signal);
      placed = laidOut.tensors;
      await writeFinishedGroup(files, partial, index, { file, ...laidOut });
      await files.remove(scratch);
    }
    for (const tensor of placed) moved.set(tensor.name, tensor);
    done += group.bytes;
    onProgress({ step, done, total, unit: "bytes" });
  }
  const rest = await layOut(files, graph.initializers.filter((tensor) => !moved.has(tensor.name)), model.directory, path.join(partial, "rest.bin"), signal);
  for (const tensor of rest.tensors) moved.set(tensor.name, tensor);
  await files.writeWhole(path.join(partial, PACKAGE_FILES.graph), encodeModel({ ...graph, initializers: graph.initializers.map((tensor) => moved.get(tensor.name) ?? tensor) }));
  await removeFinishedGroups(files, partial, groups.length);
  await writeCompiledForm(files, partial, compile);
}

async function packGroup(files: Files, packer: WeightPacker, { model }: PackingModel, weightsDirectory: string, scratch: string, signal: AbortSignal): Promise<readonly OnnxTensor[]> {
  const [graphFile, outGraphFile] = [path.join(scratch, "packing.onnx"), path.join(scratch, "packed.onnx")];
  await files.writeWhole(graphFile, encodeModel(model));
  await packer.pack({ graphFile, weightsDirectory, outGraphFile, dataName: "packed.bin" }, signal);
  return decodeModel(await files.readAll(outGraphFile, MAX_GRAPH_BYTES), outGraphFile).initializers;
}

interface Piece {
  readonly file: string;
  readonly from: number;
  readonly bytes: number;
  readonly to: number;
}

/**
 * Copies tensors that lie in files of `source`, with their packed twins, to one file, each at a multiple of 4096; on the medium when it returns.
 * @returns the tensors where they are now, and the file's length
 */
async function layOut(files: Files, tensors: readonly OnnxTensor[], source: string, file: string, signal: AbortSignal): Promise<{ readonly tensors: readonly OnnxTensor[]; readonly bytes: number }> {
  const pieces: Piece[] = [];
  const moved: OnnxTensor[] = [];
  let end = 0;
  const place = (from: string, offset: number, bytes: number): number => {
    const to = Math.ceil(end / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    pieces.push({ file: from, from: offset, bytes, to });
    end = to + bytes;
    return to;
  };
  for (const tensor of tensors) {
    const { data } = tensor;
    if (data.kind !== "external") continue;
    const offset = place(data.file, data.offset, data.bytes);
    const packed = data.packed?.map(({ key, parts }) => ({ key, parts: parts.map((part) => ({ ...part, offset: place(data.file, part.offset, part.bytes) })) }));
    moved.push({ ...tensor, data: { kind: "external", file: path.basename(file), offset, bytes: data.bytes, ...(packed === undefined ? {} : { packed }) } });
  }
  if (pieces.length === 0) return { tensors: moved, bytes: 0 };
  const out = await files.openForWriting(file, end);
  try {
    for (const [from, ofFile] of Map.groupBy(pieces, (piece) => piece.file)) await copyPieces(files, path.join(source, from), ofFile, out, signal);
    await out.sync();
  } finally {
    await out.close();
  }
  return { tensors: moved, bytes: end };
}

async function copyPieces(files: Files, from: string, pieces: readonly Piece[], out: WritableFile, signal: AbortSignal): Promise<void> {
  const source = await files.open(from);
  const buffer = new Uint8Array(COPY_BYTES);
  try {
    for (const piece of pieces) {
      for (let done = 0; done < piece.bytes; done += COPY_BYTES) {
        signal.throwIfAborted();
        const part = buffer.subarray(0, Math.min(COPY_BYTES, piece.bytes - done));
        await source.read(part, piece.from + done);
        await out.write(part, piece.to + done);
      }
    }
  } finally {
    await source.close();
  }
}

async function bytesIn(files: Files, directory: string): Promise<number> {
  if ((await files.status(directory)) === undefined) return 0;
  let bytes = 0;
  for (const name of await files.list(directory)) bytes += (await files.status(path.join(directory, name)))?.bytes ?? 0;
  return bytes;
}
