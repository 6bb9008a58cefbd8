import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { InstalledSite, SiteVersion, VersionName } from "../../../shared/schemas/site-versions.ts";
import type { Files } from "../../domain/files.ts";
import { readInstalledVersion, versionBytes } from "./installed-version.ts";
import { bySequence, CURRENT_FILE, isVersionName, sequenceOf, VERSIONS_DIRECTORY, versionDirectory } from "./site-layout.ts";
import { readCurrent, readHistory } from "./site-records.ts";
import { siteUses, type UseContext } from "./site-uses.ts";

/** Names of the versions that lie in a site whole, oldest first. */
export async function siteVersions(files: Files, site: string): Promise<VersionName[]> {
  const folder = path.join(site, VERSIONS_DIRECTORY);
  if ((await files.status(folder))?.kind !== "directory") return [];
  return (await files.list(folder)).filter(isVersionName).sort(bySequence);
}

/** The number after every one that was ever given here: a number is not given twice, also when its version is gone. */
export async function nextSequence(files: Files, site: string): Promise<number> {
  const seen = [...(await siteVersions(files, site)), ...(await readHistory(files, site)).flatMap((record) => ("version" in record ? [record.version] : []))];
  return Math.max(0, ...seen.map(sequenceOf)) + 1;
}

/** Whether a directory is a site's. */
export async function isSite(files: Files, directory: string): Promise<boolean> {
  return (await files.status(path.join(directory, CURRENT_FILE))) !== undefined && (await files.status(path.join(directory, VERSIONS_DIRECTORY)))?.kind === "directory";
}

/** The package that a site runs. @throws site.notFound, site.invalid */
export async function currentPackage(files: Files, site: string): Promise<string> {
  const current = (await isSite(files, site)) ? await readCurrent(files, site) : null;
  if (current === null) throw new WorkbenchError("site.notFound", { file: site });
  return versionDirectory(site, current.version);
}

/** Everything there is to know of a site without hashing it. @throws site.notFound, site.invalid */
export async function readSite(context: UseContext, site: string): Promise<InstalledSite> {
  const { files } = context;
  if (!(await isSite(files, site))) throw new WorkbenchError("site.notFound", { file: site });
  const [current, history] = [await readCurrent(files, site), await readHistory(files, site)];
  const versions: SiteVersion[] = [];
  for (const name of await siteVersions(files, site)) {
    const bytes = await readInstalledVersion(files, versionDirectory(site, name)).then(versionBytes, () => null);
    const installed = history.findLast((record) => "version" in record && record.action === "install" && record.version === name);
    versions.push({ name, isCurrent: current?.version === name, bytes, installed: installed !== undefined && "version" in installed ? installed : null });
  }
  return { directory: site, current, versions, history, running: await siteUses(context, site) };
}
