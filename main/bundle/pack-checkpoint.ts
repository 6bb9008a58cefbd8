import path from "node:path";
import type { HashedFile } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import { fileSource } from "./bundle-source.ts";
import { checkLayerPaths } from "./check-layer-paths.ts";
import { findLicences } from "./find-licences.ts";
import { type PackedPackage, packedPackage } from "./packed-package.ts";

export interface CheckpointToPack {
  readonly name: string;
  readonly family: string;
  readonly precision: string;
  readonly directory: string;
  /** Hex, over `files`. */
  readonly digest: string;
  readonly files: readonly HashedFile[];
}

/** The publisher's files as they are, for engines that take them so: nothing is added, and the digest is the checkpoint's. */
export async function packCheckpoint(files: Files, { digest, files: hashed, ...facts }: CheckpointToPack): Promise<PackedPackage> {
  checkLayerPaths(hashed.map((file) => file.path));
  const { spdx, declared } = await findLicences(files, { directory: facts.directory, manifest: { files: hashed } });
  // A link in a hub's cache leads to the file itself, which is what is packed.
  const sources = await Promise.all(hashed.map(async (file) => fileSource(file.path, await files.realPath(path.join(facts.directory, file.path)), file)));
  return packedPackage({ ...facts, kind: "checkpoint", modelDigest: digest, checkpointDigest: digest, licence: spdx ?? declared }, sources);
}
