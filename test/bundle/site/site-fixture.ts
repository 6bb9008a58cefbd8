import path from "node:path";
import { installBundle } from "../../../main/bundle/install-bundle.ts";
import { readInstalledVersion } from "../../../main/bundle/site/installed-version.ts";
import { planVersion } from "../../../main/bundle/site/plan-version.ts";
import { VERSIONS_DIRECTORY, versionDirectory } from "../../../main/bundle/site/site-layout.ts";
import { lockSite } from "../../../main/bundle/site/site-lock.ts";
import { settleSwitch, switchVersion } from "../../../main/bundle/site/switch-version.ts";
import type { Files } from "../../../main/domain/files.ts";
import { createNodeProcesses } from "../../../main/hosts/node-processes.ts";
import type { VersionName } from "../../../shared/schemas/site-versions.ts";
import { files } from "../bundle-fixture.ts";

export const clock = { now: () => Date.now(), ticks: () => performance.now() };
export const processes = createNodeProcesses();

/** As pipeline/install-site.ts goes, without an engine: the packages of these tests do not run. */
export async function installVersion(bundle: string, site: string, disk: Files = files, wanted?: string): Promise<VersionName> {
  await disk.makeDirectory(path.join(site, VERSIONS_DIRECTORY));
  const lock = await lockSite({ files: disk, clock, processes }, site);
  try {
    await settleSwitch(disk, site);
    const planned = await planVersion(disk, site, { bundle, package: wanted });
    const to = versionDirectory(site, planned.version);
    if (!planned.isPresent) await installBundle({ files: disk, path: bundle, package: wanted, to, present: planned.shared, onProgress: () => {}, signal: new AbortController().signal, check: async () => {} });
    const model = (await readInstalledVersion(disk, to)).modelDigest;
    const at = new Date(clock.now()).toISOString();
    await switchVersion(disk, site, { formatVersion: 1, version: planned.version, action: "install", from: planned.now, at, by: "tests", bundle: planned.bundle, model: `sha256:${model}`, checked: "contents", smoke: "notRun", parity: "notRun", with: "tests" }, lock);
    return planned.version;
  } finally {
    await lock.release();
  }
}
