import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { blobFile } from "../bundle/bundle-layout.ts";
import type { TensorStarts } from "../bundle/delta/chunk-borders.ts";
import type { OpenedBundle } from "../bundle/read-bundle.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { decodeModel } from "../graph/onnx/decode-model.ts";

/** graph.onnx of 61 layers of 256 experts is 20 MB. */
const MAX_GRAPH_BYTES = 512 * 2 ** 20;

/** Where tensors begin in a bundle's weight blobs, as its graph says. None when the graph is not one of ours: files are then cut evenly. */
export async function tensorStarts(files: Files, { directory, layers }: OpenedBundle): Promise<TensorStarts> {
  const starts = new Map<string, number[]>();
  const blobs = new Map(layers.map((layer) => [layer.path, path.posix.join("blobs/sha256", layer.sha256)]));
  const graph = layers.find((layer) => layer.path === PACKAGE_FILES.graph);
  if (graph === undefined) return starts;
  try {
    const file = blobFile(directory, graph.sha256);
    for (const { data } of decodeModel(await files.readAll(file, MAX_GRAPH_BYTES), file).initializers) {
      const blob = data.kind === "external" ? blobs.get(data.file) : undefined;
      if (data.kind !== "external" || blob === undefined) continue;
      const known = starts.get(blob);
      if (known === undefined) starts.set(blob, [data.offset]);
      else known.push(data.offset);
    }
  } catch (error) {
    if (!(error instanceof WorkbenchError) || !error.code.startsWith("onnx.")) throw error;
    return new Map();
  }
  return starts;
}
