import { WorkbenchError } from "../../../shared/errors.ts";
import { elementBytes } from "../graph-builder.ts";
import type { OnnxModel, OnnxTensor } from "./onnx-model.ts";

/**
 * What stands between a hostile package and ONNX Runtime: every operator is one of ours, every external tensor lies inside a file that the package
 * lists, and every tensor has the bytes its shape says. Stops reading outside the package by path or offset (CVE-2022-25882, CVE-2024-27318 and
 * their kin: traversal, absolute paths, links are not in the list) and reads past the end of a mapping.
 * @param files sizes of the package's files by name  @throws onnx.invalid
 */
export function checkExternalData(model: OnnxModel, files: ReadonlyMap<string, number>, operators: ReadonlySet<string>, file: string): void {
  for (const node of model.nodes) {
    if (!operators.has(`${node.domain}:${node.opType}`)) throw new WorkbenchError("onnx.invalid", { file, reason: `the operator ${node.domain}:${node.opType} is not one that our graphs use` });
  }
  for (const tensor of model.initializers) {
    const reason = faultOf(tensor, files);
    if (reason !== null) throw new WorkbenchError("onnx.invalid", { file, reason: `the tensor ${tensor.name}: ${reason}` });
  }
}

function faultOf({ type, dims, data }: OnnxTensor, files: ReadonlyMap<string, number>): string | null {
  const bytes = dims.reduce((product, dim) => product * dim, elementBytes(type));
  if (!Number.isSafeInteger(bytes)) return "its shape overflows";
  if (data.kind === "inline") return data.bytes.length === bytes ? null : `${data.bytes.length} bytes for a shape of ${bytes}`;
  const fileBytes = files.get(data.file);
  if (fileBytes === undefined) return `its data is in "${data.file.slice(0, 80)}", which is not a file of the package`;
  // Packed bytes belong to one machine and one runtime, and nothing compares them with the weights: a package never brings its own.
  if (data.packed !== undefined) return "it carries weights packed for one machine";
  if (data.bytes !== bytes) return `${data.bytes} bytes for a shape of ${bytes}`;
  if (data.offset + data.bytes > fileBytes) return `it ends at byte ${data.offset + data.bytes} of ${fileBytes}`;
  return null;
}
