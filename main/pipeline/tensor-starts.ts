import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { BLOBS_DIRECTORY, blobFile } from "../bundle/bundle-layout.ts";
import type { TensorStarts } from "../bundle/delta/chunk-borders.ts";
import type { OpenedBundle } from "../bundle/opened-bundle.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { decodeModel } from "../graph/onnx/decode-model.ts";
import type { OnnxModel } from "../graph/onnx/onnx-model.ts";

/** graph.onnx of 61 layers of 256 experts is 20 MB. */
const MAX_GRAPH_BYTES = 512 * 2 ** 20;

/** Where tensors begin in a bundle's weight blobs, as its graphs say. Blobs of a graph that is not one of ours are not named: they are cut evenly. */
export async function tensorStarts(files: Files, { directory, packages }: OpenedBundle): Promise<TensorStarts> {
  const starts = new Map<string, number[]>();
  for (const { layers } of packages) {
    const blobs = new Map(layers.map((layer) => [layer.path, path.posix.join(BLOBS_DIRECTORY, "sha256", layer.sha256)]));
    const graph = layers.find((layer) => layer.path === PACKAGE_FILES.graph);
    if (graph === undefined) continue;
    for (const { data } of await initializersOf(files, blobFile(directory, graph.sha256))) {
      const blob = data.kind === "external" ? blobs.get(data.file) : undefined;
      if (data.kind !== "external" || blob === undefined) continue;
      const known = starts.get(blob);
      if (known === undefined) starts.set(blob, [data.offset]);
      else known.push(data.offset);
    }
  }
  return starts;
}

async function initializersOf(files: Files, file: string): Promise<OnnxModel["initializers"]> {
  try {
    return decodeModel(await files.readAll(file, MAX_GRAPH_BYTES), file).initializers;
  } catch (error) {
    if (!(error instanceof WorkbenchError) || !error.code.startsWith("onnx.")) throw error;
    return [];
  }
}
