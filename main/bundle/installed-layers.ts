import { WorkbenchError } from "../../shared/errors.ts";
import { ANNOTATIONS, EXTRAS_DIRECTORY } from "./bundle-layout.ts";
import type { BundleLayer, OpenedBundle, OpenedPackage } from "./opened-bundle.ts";

export interface InstalledLayer {
  /** Where it lies below the folder that is installed. */
  readonly to: string;
  readonly layer: BundleLayer;
}

/** A bundle of one needs no name. @throws bundle.packageNotFound */
export function choosePackage({ packages }: OpenedBundle, wanted: string | undefined): OpenedPackage {
  const named = new Map(packages.map((each) => [each.manifest.annotations[ANNOTATIONS.title] as string, each]));
  const found = wanted === undefined ? (packages.length === 1 ? packages[0] : undefined) : named.get(wanted);
  if (found === undefined) throw new WorkbenchError("bundle.packageNotFound", { found: wanted ?? "", known: [...named.keys()].join(", ") });
  return found;
}

/** The package's files as they are named, the delivery's in the bundle's own folder. */
export function installedLayers({ delivery }: OpenedBundle, chosen: OpenedPackage): InstalledLayer[] {
  return [...chosen.layers.map((layer) => ({ to: layer.path, layer })), ...(delivery?.layers.map((layer) => ({ to: `${EXTRAS_DIRECTORY}/${layer.path}`, layer })) ?? [])];
}
