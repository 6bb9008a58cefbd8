import type { Delivery } from "../../shared/schemas/delivery.ts";
import type { ConfigDocument, DeliveryManifestDocument, ManifestDocument } from "./bundle-documents.ts";

export interface BundleLayer {
  /** Where it is installed, below the target. */
  readonly path: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** One package or checkpoint of a bundle. */
export interface OpenedPackage {
  readonly digest: string;
  readonly manifest: ManifestDocument;
  /** The manifest as it was read and hashed. */
  readonly manifestBytes: Uint8Array;
  readonly config: ConfigDocument;
  readonly layers: readonly BundleLayer[];
}

export interface OpenedDelivery {
  readonly digest: string;
  readonly manifest: DeliveryManifestDocument;
  readonly manifestBytes: Uint8Array;
  readonly document: Delivery;
  readonly layers: readonly BundleLayer[];
}

export interface OpenedBundle {
  readonly directory: string;
  /** sha256:… of the delivery's manifest, or of the only package's: the bundle's digest. */
  readonly digest: string;
  readonly packages: readonly OpenedPackage[];
  /** null: a package alone. */
  readonly delivery: OpenedDelivery | null;
}

/** Every file of the bundle, of packages and delivery. */
export const allLayers = ({ packages, delivery }: OpenedBundle): BundleLayer[] => [...packages.flatMap(({ layers }) => layers), ...(delivery?.layers ?? [])];

/** sha256:… of manifests and configs. */
export const documentDigests = ({ packages, delivery }: OpenedBundle): string[] =>
  [...packages, ...(delivery === null ? [] : [delivery])].flatMap(({ digest, manifest }) => [digest, manifest.config.digest]);
