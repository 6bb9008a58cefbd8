import type { BundleContents } from "../../shared/schemas/bundle.ts";
import type { Files } from "../domain/files.ts";
import { ANNOTATIONS, digestOf, hexOf } from "./bundle-layout.ts";
import type { BundleLayer, OpenedPackage } from "./opened-bundle.ts";
import { readBundle } from "./read-bundle.ts";

/** What a bundle says that it holds; documents are checked, layers are not hashed. Facts of a model are those of the first package. */
export async function bundleContents(files: Files, directory: string): Promise<BundleContents> {
  const { digest, packages, delivery } = await readBundle(files, directory);
  const { manifest: { annotations }, config } = packages[0] as OpenedPackage;
  const shown = (name: string | null) => (layer: BundleLayer) => ({ package: name, path: layer.path, mediaType: layer.mediaType, digest: digestOf(layer.sha256), bytes: layer.bytes });
  const layers = [...packages.flatMap((each) => each.layers.map(shown(each.manifest.annotations[ANNOTATIONS.title] as string))), ...(delivery?.layers.map(shown(null)) ?? [])];
  return {
    digest, name: delivery?.document.name ?? (annotations[ANNOTATIONS.title] as string), family: config.descriptor.family, recipe: annotations[ANNOTATIONS.recipe] as string,
    modelDigest: hexOf(annotations[ANNOTATIONS.modelDigest] as string) as string, checkpointDigest: hexOf(annotations[ANNOTATIONS.checkpointDigest] as string) as string,
    bytes: layers.reduce((sum, layer) => sum + layer.bytes, 0), layers, licences: [...new Set(packages.flatMap((each) => each.config.descriptor.licenses ?? []))], delivery: delivery?.document ?? null,
  };
}
