import { ANNOTATIONS, hexOf } from "../bundle-layout.ts";
import type { OpenedBundle } from "../read-bundle.ts";

/** What of a bundle a policy asks about and a receipt repeats. */
export interface BundleSubject {
  /** Of the manifest that names all else, sha256:… */
  readonly digest: string;
  readonly name: string;
  /** Names of the models in it: whoever signs must be allowed to for each of them. */
  readonly models: readonly string[];
  /** Classification and export-control marks it carries. */
  readonly marks: readonly string[];
  readonly modelDigest: string;
  readonly checkpointDigest: string;
  readonly bytes: number;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly digest: string }[];
}

export function bundleSubject({ digest, manifest, layers }: OpenedBundle): BundleSubject {
  const annotation = (name: keyof typeof ANNOTATIONS): string => manifest.annotations[ANNOTATIONS[name]] as string;
  return {
    digest, name: annotation("title"), models: [annotation("title")], marks: [], modelDigest: hexOf(annotation("modelDigest")) as string, checkpointDigest: hexOf(annotation("checkpointDigest")) as string,
    bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0), files: layers.map(({ path, bytes, sha256 }) => ({ path, bytes, digest: `sha256:${sha256}` })),
  };
}
