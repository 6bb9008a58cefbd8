import { ANNOTATIONS, hexOf } from "../bundle-layout.ts";
import { allLayers, type OpenedBundle } from "../opened-bundle.ts";

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

export function bundleSubject(bundle: OpenedBundle): BundleSubject {
  const { digest, packages, delivery } = bundle;
  const [first] = packages;
  const annotation = (name: keyof typeof ANNOTATIONS): string => first?.manifest.annotations[ANNOTATIONS[name]] ?? "";
  const layers = allLayers(bundle);
  return {
    digest, name: delivery?.document.name ?? annotation("title"), models: packages.map(({ manifest }) => manifest.annotations[ANNOTATIONS.title] as string), marks: delivery?.document.marks.map(({ kind, text }) => `${kind}: ${text}`) ?? [],
    modelDigest: hexOf(annotation("modelDigest")) ?? "", checkpointDigest: hexOf(annotation("checkpointDigest")) ?? "",
    bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0), files: layers.map(({ path, bytes, sha256 }) => ({ path, bytes, digest: `sha256:${sha256}` })),
  };
}
