import type { BundleContents } from "../../shared/schemas/bundle.ts";
import type { Files } from "../domain/files.ts";
import { ANNOTATIONS, hexOf } from "./bundle-layout.ts";
import { readBundle } from "./read-bundle.ts";

/** What a bundle says that it holds; documents are checked, layers are not hashed. */
export async function bundleContents(files: Files, directory: string): Promise<BundleContents> {
  const { digest, manifest, config, layers } = await readBundle(files, directory);
  const hex = (annotation: string): string => hexOf(manifest.annotations[annotation as keyof typeof manifest.annotations] as string) as string;
  return {
    digest, name: manifest.annotations[ANNOTATIONS.title] as string, family: config.descriptor.family, recipe: manifest.annotations[ANNOTATIONS.recipe] as string,
    modelDigest: hex(ANNOTATIONS.modelDigest), checkpointDigest: hex(ANNOTATIONS.checkpointDigest), bytes: layers.reduce((sum, layer) => sum + layer.bytes, 0),
    layers: layers.map((layer) => ({ path: layer.path, mediaType: layer.mediaType, digest: `sha256:${layer.sha256}`, bytes: layer.bytes })),
    licences: config.descriptor.licenses ?? [],
  };
}
