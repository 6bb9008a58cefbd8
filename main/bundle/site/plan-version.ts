import path from "node:path";
import type { VersionName } from "../../../shared/schemas/site-versions.ts";
import type { Files } from "../../domain/files.ts";
import { ANNOTATIONS, hexOf } from "../bundle-layout.ts";
import { choosePackage, installedLayers } from "../installed-layers.ts";
import { readBundle } from "../read-bundle.ts";
import { readInstalledVersion } from "./installed-version.ts";
import { nextSequence, siteVersions } from "./read-site.ts";
import { versionDirectory, versionName } from "./site-layout.ts";
import { readCurrent } from "./site-records.ts";

/** What a bundle would become at a site. */
export interface PlannedVersion {
  /** sha256:… */
  readonly bundle: string;
  readonly version: VersionName;
  /** The name of a new one, also where one is present. */
  readonly fresh: VersionName;
  /** It lies there under its name; whether it is whole is not looked at. */
  readonly isPresent: boolean;
  readonly now: VersionName | null;
  /** Files of the present version, by digest: what the new one may share. */
  readonly shared: ReadonlyMap<string, string>;
  /** The package's name in the bundle. */
  readonly name: string;
  readonly layers: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
}

export interface SourceOfVersion {
  readonly bundle: string;
  /** Which of several packages, by name. */
  readonly package?: string | undefined;
  readonly expectedDigest?: string | undefined;
}

/** Lays a bundle's documents beside a site; hashes nothing large and changes nothing. @throws as `readBundle`; bundle.packageNotFound, site.invalid */
export async function planVersion(files: Files, site: string, { bundle: bundlePath, package: wanted, expectedDigest }: SourceOfVersion): Promise<PlannedVersion> {
  const bundle = await readBundle(files, bundlePath, expectedDigest);
  const chosen = choosePackage(bundle, wanted);
  const now = (await readCurrent(files, site))?.version ?? null;
  let isPresent = false;
  const fresh = versionName(await nextSequence(files, site), bundle.digest);
  let version = fresh;
  for (const name of await siteVersions(files, site)) {
    if (!name.endsWith((hexOf(bundle.digest) as string).slice(0, 12))) continue;
    const installed = await readInstalledVersion(files, versionDirectory(site, name)).catch(() => null);
    if (installed?.manifestDigest !== chosen.digest || installed.bundleDigest !== bundle.digest) continue;
    isPresent = true;
    version = name;
  }
  return {
    bundle: bundle.digest, version, fresh, isPresent, now, shared: now === null ? new Map() : await filesOf(files, versionDirectory(site, now)),
    name: chosen.manifest.annotations[ANNOTATIONS.title] as string, layers: installedLayers(bundle, chosen).map(({ to, layer: { sha256, bytes } }) => ({ path: to, sha256, bytes })),
  };
}

/** A version that cannot be read shares nothing; everything is copied. */
async function filesOf(files: Files, directory: string): Promise<Map<string, string>> {
  const installed = await readInstalledVersion(files, directory).catch(() => null);
  return new Map([...(installed?.files ?? [])].map(([name, { sha256 }]) => [sha256, path.join(directory, name)]));
}
