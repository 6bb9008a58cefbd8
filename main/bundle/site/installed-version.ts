import { createHash } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import { PACKAGE_FILES } from "../../domain/model-package.ts";
import { FILEPATH_ANNOTATION, hexOf, INSTALLED_MANIFEST } from "../bundle-layout.ts";
import { checkLayerPaths } from "../check-layer-paths.ts";
import { type BlobExpectation, type BlobTraffic, verifyBlob } from "../transfer-blob.ts";

/** As much of a manifest as says which files lie where. */
const Layers = z.object({
  layers: z.array(z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.int().nonnegative(), annotations: z.object({ [FILEPATH_ANNOTATION]: z.string() }) })),
});

const MAX_MANIFEST_BYTES = 16 * 2 ** 20;
const MAX_MODEL_JSON_BYTES = 64 * 2 ** 20;

/** A version as the manifest in it says that it is. */
export interface InstalledVersion {
  readonly directory: string;
  /** sha256:… of the package's manifest. */
  readonly manifestDigest: string;
  readonly files: ReadonlyMap<string, BlobExpectation>;
}

/** Reads what a version must hold. @throws site.versionDamaged */
export async function readInstalledVersion(files: Files, directory: string): Promise<InstalledVersion> {
  const file = path.join(directory, INSTALLED_MANIFEST);
  if ((await files.status(file))?.kind !== "file") throw new WorkbenchError("site.versionDamaged", { file, reason: "it is missing" });
  const bytes = await files.readAll(file, MAX_MANIFEST_BYTES);
  const entries = layersIn(bytes, file);
  checkLayerPaths(entries.map(([name]) => name));
  return { directory, manifestDigest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, files: new Map(entries) };
}

function layersIn(bytes: Uint8Array, file: string): [string, BlobExpectation][] {
  try {
    const { layers } = Layers.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
    return layers.map(({ digest, size, annotations }) => [annotations[FILEPATH_ANNOTATION] as string, { bytes: size, sha256: hexOf(digest) as string }]);
  } catch (cause) {
    throw new WorkbenchError("site.versionDamaged", { file, reason: "it is not a manifest" }, { cause });
  }
}

/** Every file is there in its length, and model.json, whose digest is the model's, is the one that was installed. @returns the model's digest in hex @throws site.versionDamaged */
export async function checkVersion(files: Files, version: InstalledVersion): Promise<string> {
  for (const [name, { bytes }] of version.files) {
    const file = path.join(version.directory, name);
    const status = await files.status(file);
    if (status?.kind !== "file") throw new WorkbenchError("site.versionDamaged", { file, reason: status === undefined ? "it is missing" : `it is a ${status.kind}, not a file` });
    if (status.bytes !== bytes) throw new WorkbenchError("site.versionDamaged", { file, reason: `it has ${status.bytes} bytes, ${bytes} were installed` });
  }
  const file = path.join(version.directory, PACKAGE_FILES.manifest);
  const listed = version.files.get(PACKAGE_FILES.manifest);
  const found = listed === undefined ? "" : createHash("sha256").update(await files.readAll(file, MAX_MODEL_JSON_BYTES)).digest("hex");
  if (listed === undefined || found !== listed.sha256) throw new WorkbenchError("site.versionDamaged", { file, reason: "it is not what was installed" });
  return found;
}

/** The same, with every byte hashed. @throws site.versionDamaged */
export async function verifyVersion(traffic: BlobTraffic, version: InstalledVersion): Promise<string> {
  const modelDigest = await checkVersion(traffic.files, version);
  for (const [name, expected] of version.files) {
    const file = path.join(version.directory, name);
    try {
      await verifyBlob(traffic, file, expected);
    } catch (error) {
      if (!(error instanceof WorkbenchError) || !error.code.startsWith("bundle.")) throw error;
      throw new WorkbenchError("site.versionDamaged", { file, reason: "it is not what was installed" }, { cause: error });
    }
  }
  return modelDigest;
}

export const versionBytes = (version: InstalledVersion): number => [...version.files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
