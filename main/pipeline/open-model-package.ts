import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { PackageManifest } from "../../shared/schemas/model-package.ts";
import type { Files } from "../domain/files.ts";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import { GRAPH_OPERATORS } from "../graph/graph-operators.ts";
import { checkExternalData } from "../graph/onnx/check-external-data.ts";
import { decodeModel } from "../graph/onnx/decode-model.ts";

/** model.json of 61 layers of 256 experts lists a few hundred files: 1 MB. More would be parsed only to fill memory. */
const MAX_MANIFEST_BYTES = 64 * 2 ** 20;
/** graph.onnx of 61 layers of 256 experts is 20 MB; weights are never inside. */
const MAX_GRAPH_BYTES = 512 * 2 ** 20;
const FORMAT_VERSION = 1;

/**
 * Opens a model package: manifest, file list, and the graph's every reference, all checked before ONNX Runtime sees any of it.
 * Weights are compared by length, not re-hashed (`bundle verify` does that).
 * @throws package.*, onnx.*
 */
export async function openModelPackage(files: Files, directory: string): Promise<ModelPackage> {
  const file = path.join(directory, PACKAGE_FILES.manifest);
  if ((await files.status(file)) === undefined) throw new WorkbenchError("package.notFound", { file: directory });
  const bytes = await files.readAll(file, MAX_MANIFEST_BYTES);
  const manifest = parseManifest(file, bytes);
  const sizes = new Map<string, number>();
  for (const listed of manifest.files) {
    const target = path.join(directory, listed.path);
    const status = await files.status(target);
    if (status === undefined) throw new WorkbenchError("package.fileMissing", { file: target });
    if (status.kind !== "file") throw new WorkbenchError("package.invalid", { file: target, reason: `it is a ${status.kind}, not a file` });
    if (status.bytes !== listed.bytes) throw new WorkbenchError("package.fileChanged", { file: target, expected: `${listed.bytes} bytes`, found: `${status.bytes} bytes` });
    sizes.set(listed.path, listed.bytes);
  }
  await checkGraph(files, directory, manifest, sizes);
  return { directory, manifest, digest: createHash("sha256").update(bytes).digest("hex") };
}

function parseManifest(file: string, bytes: Uint8Array): PackageManifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new WorkbenchError("package.invalid", { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
  const version = typeof json === "object" && json !== null && "formatVersion" in json ? json.formatVersion : undefined;
  if (typeof version === "number" && version > FORMAT_VERSION) throw new WorkbenchError("package.newerFormat", { file, found: version, supported: FORMAT_VERSION });
  const parsed = PackageManifest.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new WorkbenchError("package.invalid", { file, reason: `${issue?.path.join(".") || "the document"}: ${issue?.message}` });
  }
  return parsed.data;
}

/** The graph is the one listed, holds only our operators, and refers only to bytes inside the listed files. */
async function checkGraph(files: Files, directory: string, manifest: PackageManifest, sizes: ReadonlyMap<string, number>): Promise<void> {
  const file = path.join(directory, PACKAGE_FILES.graph);
  const listed = manifest.files.find((entry) => entry.path === PACKAGE_FILES.graph);
  if (listed === undefined) throw new WorkbenchError("package.fileMissing", { file });
  const bytes = await files.readAll(file, MAX_GRAPH_BYTES);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== listed.sha256) throw new WorkbenchError("package.fileChanged", { file, expected: listed.sha256, found });
  checkExternalData(decodeModel(bytes, file), sizes, GRAPH_OPERATORS, file);
}
