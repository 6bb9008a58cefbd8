import { createHash } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import { PACKAGE_FILES } from "../../domain/model-package.ts";
import { ANNOTATIONS, EXTRAS_DIRECTORY, FILEPATH_ANNOTATION, hexOf, INSTALLED_DELIVERY_MANIFEST, INSTALLED_MANIFEST } from "../bundle-layout.ts";
import { checkLayerPaths } from "../check-layer-paths.ts";
import { type BlobExpectation, type BlobTraffic, verifyBlob } from "../transfer-blob.ts";

/** As much of a manifest as says which files lie where. */
const Layers = z.object({
  layers: z.array(z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.int().nonnegative(), annotations: z.object({ [FILEPATH_ANNOTATION]: z.string() }) })),
  annotations: z.record(z.string(), z.string()).default({}),
});

const MAX_MANIFEST_BYTES = 16 * 2 ** 20;
const MAX_MODEL_JSON_BYTES = 64 * 2 ** 20;

/** A version as the manifest in it says that it is. */
export interface InstalledVersion {
  readonly directory: string;
  /** sha256:… of the package's manifest. */
  readonly manifestDigest: string;
  /** sha256:… of the delivery's manifest where it came in one, of the package's otherwise. */
  readonly bundleDigest: string;
  /** sha256 in hex of the package's model.json, or of the checkpoint, as the manifest tells. */
  readonly modelDigest: string;
  readonly files: ReadonlyMap<string, BlobExpectation>;
}

/** Reads what a version must hold. @throws site.versionDamaged */
export async function readInstalledVersion(files: Files, directory: string): Promise<InstalledVersion> {
  const file = path.join(directory, INSTALLED_MANIFEST);
  if ((await files.status(file))?.kind !== "file") throw new WorkbenchError("site.versionDamaged", { file, reason: "it is missing" });
  const chosen = await readManifest(files, file, "");
  const modelDigest = hexOf(chosen.annotations[ANNOTATIONS.modelDigest] ?? "");
  if (modelDigest === undefined) throw new WorkbenchError("site.versionDamaged", { file, reason: "it names no model" });
  const deliveryFile = path.join(directory, INSTALLED_DELIVERY_MANIFEST);
  const delivery = (await files.status(deliveryFile))?.kind === "file" ? await readManifest(files, deliveryFile, `${EXTRAS_DIRECTORY}/`) : null;
  const entries = [...chosen.entries, ...(delivery?.entries ?? [])];
  checkLayerPaths(entries.map(([name]) => name));
  return { directory, manifestDigest: chosen.digest, bundleDigest: delivery?.digest ?? chosen.digest, modelDigest, files: new Map(entries) };
}

interface InstalledManifest {
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly entries: readonly (readonly [string, BlobExpectation])[];
}

/** @param below where the files that it lists lie in the version */
async function readManifest(files: Files, file: string, below: string): Promise<InstalledManifest> {
  const bytes = await files.readAll(file, MAX_MANIFEST_BYTES);
  try {
    const { layers, annotations } = Layers.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
    return {
      digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, annotations,
      entries: layers.map((layer) => [below + (layer.annotations[FILEPATH_ANNOTATION] as string), { bytes: layer.size, sha256: hexOf(layer.digest) as string }]),
    };
  } catch (cause) {
    throw new WorkbenchError("site.versionDamaged", { file, reason: "it is not a manifest" }, { cause });
  }
}

/** Every file is there in its length, and a package's model.json, whose digest is the model's, is the one that was installed. @returns the model's digest in hex @throws site.versionDamaged */
export async function checkVersion(files: Files, version: InstalledVersion): Promise<string> {
  for (const [name, { bytes }] of version.files) {
    const file = path.join(version.directory, name);
    const status = await files.status(file);
    if (status?.kind !== "file") throw new WorkbenchError("site.versionDamaged", { file, reason: status === undefined ? "it is missing" : `it is a ${status.kind}, not a file` });
    if (status.bytes !== bytes) throw new WorkbenchError("site.versionDamaged", { file, reason: `it has ${status.bytes} bytes, ${bytes} were installed` });
  }
  const file = path.join(version.directory, PACKAGE_FILES.manifest);
  const listed = version.files.get(PACKAGE_FILES.manifest);
  if (listed !== undefined && createHash("sha256").update(await files.readAll(file, MAX_MODEL_JSON_BYTES)).digest("hex") !== version.modelDigest) throw new WorkbenchError("site.versionDamaged", { file, reason: "it is not what was installed" });
  return version.modelDigest;
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
