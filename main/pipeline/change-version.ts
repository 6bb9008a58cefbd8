import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { InstalledSite, SitePruning, VersionName } from "../../shared/schemas/site-versions.ts";
import { checkVersion, readInstalledVersion, verifyVersion } from "../bundle/site/installed-version.ts";
import { currentPackage, isSite, readSite, siteVersions } from "../bundle/site/read-site.ts";
import { REMOVED_ENDING, sequenceOf, VERSIONS_DIRECTORY, versionDirectory } from "../bundle/site/site-layout.ts";
import { type LockContext, lockSite } from "../bundle/site/site-lock.ts";
import { readCurrent, readHistory } from "../bundle/site/site-records.ts";
import { siteUses } from "../bundle/site/site-uses.ts";
import { settleSwitch, switchVersion } from "../bundle/site/switch-version.ts";
import type { Files } from "../domain/files.ts";
import type { SiteActor } from "./install-site.ts";
import type { JobContext } from "./job-context.ts";

/** "before" and "after" are by number: the next lower and the next higher version that lies there. */
export type VersionChoice = "before" | "after" | VersionName;

export interface ChangeVersion extends SiteActor {
  readonly site: string;
  readonly to: VersionChoice;
  /** Hash every byte of the version first; otherwise its documents and lengths are looked at. */
  readonly verify: boolean;
}

export interface ChangedVersion {
  readonly directory: string;
  readonly modelDigest: string;
  readonly version: VersionName;
  readonly before: VersionName;
}

/**
 * Goes to another version that lies at the site. Programs that run keep to theirs until they are started again.
 * @throws site.notFound, site.versionNotFound, site.versionDamaged, site.locked
 */
export async function changeVersion(context: JobContext, request: ChangeVersion): Promise<ChangedVersion> {
  const { files, clock, signal, onProgress } = context;
  const site = path.resolve(request.site);
  await requireSite(files, site);
  const lock = await lockSite(context, site);
  try {
    await settleSwitch(files, site);
    const current = await readCurrent(files, site);
    if (current === null) throw new WorkbenchError("site.notFound", { file: site });
    const version = choose(await siteVersions(files, site), current.version, request.to, site);
    const directory = versionDirectory(site, version);
    const installed = await readInstalledVersion(files, directory);
    const total = [...installed.files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    const modelDigest = request.verify
      ? await verifyVersion({ files, signal, onBytes: (bytes) => onProgress({ step: "verify", done: (done += bytes), total, unit: "bytes" }) }, installed)
      : await checkVersion(files, installed);
    const origin = (await readHistory(files, site)).findLast((record) => "version" in record && record.version === version);
    if (origin === undefined || !("version" in origin)) throw new WorkbenchError("site.versionNotFound", { file: site, version });
    if (origin.model !== `sha256:${modelDigest}`) throw new WorkbenchError("site.versionDamaged", { file: directory, reason: `it holds the model sha256:${modelDigest}; ${origin.model} was installed` });
    signal.throwIfAborted();
    if (version !== current.version) {
      const action = sequenceOf(version) < sequenceOf(current.version) ? "rollback" : "rollforward";
      await switchVersion(files, site, {
        formatVersion: 1, version, action, from: current.version, at: new Date(clock.now()).toISOString(), by: request.by.slice(0, 300), bundle: origin.bundle, model: origin.model, checked: "contents", smoke: "notRun",
        parity: "notRun", with: request.program,
      }, lock);
    }
    return { directory, modelDigest, version, before: current.version };
  } finally {
    await lock.release();
  }
}

/** Where a site's package lies that a reference to the site means; the directory itself where it is no site's. */
export async function packageDirectory(files: Files, directory: string): Promise<string> {
  return (await isSite(files, directory)) ? currentPackage(files, directory) : directory;
}

/** @throws site.notFound, site.invalid */
export function describeSite(context: Pick<LockContext, "files" | "processes">, site: string): Promise<InstalledSite> {
  return readSite(context, site);
}

/**
 * Removes the oldest versions beyond `keep`. The current one stays, and those that programs run from; what one shared with another stays with the other.
 * @throws site.notFound, site.locked
 */
export async function pruneSite(context: LockContext, { site, keep }: { readonly site: string; readonly keep: number }): Promise<SitePruning> {
  const { files } = context;
  await requireSite(files, site);
  const lock = await lockSite(context, site);
  try {
    await settleSwitch(files, site);
    const current = (await readCurrent(files, site))?.version ?? null;
    const used = new Set((await siteUses(context, site)).map((use) => use.version));
    const versions = await siteVersions(files, site);
    const others = versions.filter((version) => version !== current);
    const surplus = others.slice(0, Math.max(0, others.length - (keep - (current === null ? 0 : 1))));
    const inUse = surplus.filter((version) => used.has(version));
    const removed = surplus.filter((version) => !used.has(version));
    for (const version of removed) {
      const aside = `${versionDirectory(site, version)}${REMOVED_ENDING}`;
      await lock.confirm();
      await files.rename(versionDirectory(site, version), aside);
      await files.remove(aside);
    }
    for (const name of await files.list(path.join(site, VERSIONS_DIRECTORY))) if (name.endsWith(REMOVED_ENDING)) await files.remove(path.join(site, VERSIONS_DIRECTORY, name));
    return { removed, kept: versions.filter((version) => !removed.includes(version)), inUse };
  } finally {
    await lock.release();
  }
}

async function requireSite(files: Files, site: string): Promise<void> {
  if (!(await isSite(files, site))) throw new WorkbenchError("site.notFound", { file: site });
}

function choose(versions: readonly VersionName[], current: VersionName, to: VersionChoice, site: string): VersionName {
  const found = to === "before" ? versions.findLast((version) => sequenceOf(version) < sequenceOf(current)) : to === "after" ? versions.find((version) => sequenceOf(version) > sequenceOf(current)) : versions.find((version) => version === to);
  if (found === undefined) throw new WorkbenchError("site.versionNotFound", { file: site, version: to });
  return found;
}
