import { WorkbenchError } from "../../shared/errors.ts";
import type { CheckpointTensor } from "../domain/checkpoint.ts";
import type { Float8Blocks } from "./read-quantization.ts";
import type { StoredTensor } from "./read-weight-tensors.ts";

const SCALE_SUFFIX = "_scale_inv";

/**
 * Pairs every float8 tensor `X.weight` [.., O, I] with `X.weight_scale_inv` [.., ⌈O/blockRows⌉, ⌈I/blockColumns⌉] (DeepSeek-V3's naming: the stored number
 * is multiplied, despite "inv"). Leading dimensions (stacked experts) repeat in the scale, and blocks begin anew in each of them.
 * @throws checkpoint.scaleMissing, scaleShape, dtypeUnsupported, quantizationUnsupported (float8 weights in a config without quantization_config),
 * tensorUnexpected (a scale whose weight is absent or not float8: whoever wrote it meant other weights)
 */
export function foldScales(stored: ReadonlyMap<string, StoredTensor>, blocks: Float8Blocks | null): Map<string, CheckpointTensor> {
  const tensors = new Map<string, CheckpointTensor>();
  const usedScales = new Set<string>();
  for (const tensor of stored.values()) {
    if (tensor.name.endsWith(SCALE_SUFFIX)) continue;
    const scale = tensor.dtype === "F8_E4M3" ? findScale(tensor, stored, blocks) : null;
    if (scale !== null) usedScales.add(scale.tensor);
    const { name, shape, file, offset, bytes } = tensor;
    tensors.set(name, { name, dtype: storedDtype(tensor), shape, file, offset, bytes, scale });
  }
  const orphans = [...stored.keys()].filter((name) => name.endsWith(SCALE_SUFFIX) && !usedScales.has(name));
  const [first] = orphans;
  if (first !== undefined) throw new WorkbenchError("checkpoint.tensorUnexpected", { tensor: first, count: orphans.length });
  return tensors;
}

function storedDtype({ dtype, file, name }: StoredTensor): CheckpointTensor["dtype"] {
  if (dtype === "F32" || dtype === "F16" || dtype === "BF16" || dtype === "F8_E4M3") return dtype;
  throw new WorkbenchError("checkpoint.dtypeUnsupported", { file, field: name, found: dtype, supported: "F32, F16, BF16, F8_E4M3" });
}

function findScale(weight: StoredTensor, stored: ReadonlyMap<string, StoredTensor>, blocks: Float8Blocks | null): NonNullable<CheckpointTensor["scale"]> {
  if (blocks === null) {
    throw new WorkbenchError("checkpoint.quantizationUnsupported", {
      file: weight.file, field: weight.name, found: "float8 weights without quantization_config", supported: "float8 with weight_block_size in config.json",
    });
  }
  const scale = stored.get(weight.name + SCALE_SUFFIX);
  if (scale === undefined) throw new WorkbenchError("checkpoint.scaleMissing", { tensor: weight.name, scale: weight.name + SCALE_SUFFIX });
  if (scale.dtype !== "F32" && scale.dtype !== "BF16") {
    throw new WorkbenchError("checkpoint.dtypeUnsupported", { file: scale.file, field: scale.name, found: scale.dtype, supported: "F32, BF16" });
  }
  const rank = weight.shape.length;
  const expected = weight.shape.map((dimension, axis) =>
    axis === rank - 1 ? Math.ceil(dimension / blocks.blockColumns) : axis === rank - 2 ? Math.ceil(dimension / blocks.blockRows) : dimension,
  );
  if (rank < 2 || expected.join() !== scale.shape.join()) {
    throw new WorkbenchError("checkpoint.scaleShape", { tensor: scale.name, expected: rank < 2 ? "a matrix to scale" : `[${expected.join(", ")}]`, found: `[${scale.shape.join(", ")}]` });
  }
  return { tensor: scale.name, dtype: scale.dtype, file: scale.file, offset: scale.offset, ...blocks };
}
