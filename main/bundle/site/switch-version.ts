import path from "node:path";
import type { SiteSwitch } from "../../../shared/schemas/site-versions.ts";
import type { Files } from "../../domain/files.ts";
import { INSTALL_SCRIPT_TEXT } from "./install-script.ts";
import { CURRENT_FILE, CURRENT_LINK, SITE_SCRIPT, VERSIONS_DIRECTORY } from "./site-layout.ts";
import type { SiteLock } from "./site-lock.ts";
import { appendHistory, readCurrent, readHistory, recordLine } from "./site-records.ts";

/** Makes a version the current one. The rename of current.json is the switch; what follows is repaired by the next command, should a kill come between. */
export async function switchVersion(files: Files, site: string, record: SiteSwitch, lock: SiteLock): Promise<void> {
  await lock.confirm();
  await files.writeWhole(path.join(site, CURRENT_FILE), new TextEncoder().encode(recordLine(record)));
  await settleSwitch(files, site);
}

/** Brings everything beside current.json in line with it. */
export async function settleSwitch(files: Files, site: string): Promise<void> {
  const current = await readCurrent(files, site);
  if (current === null) return;
  const last = (await readHistory(files, site)).findLast((record) => "version" in record);
  if (last === undefined || recordLine(last) !== recordLine(current)) await appendHistory(files, site, current);
  const link = path.join(site, CURRENT_LINK);
  const status = await files.status(link);
  // A folder or file that somebody put there is not ours to replace.
  if (status === undefined || status.kind === "link") await files.pointLink(link, `${VERSIONS_DIRECTORY}/${current.version}`);
  await files.writeWhole(path.join(site, SITE_SCRIPT), new TextEncoder().encode(INSTALL_SCRIPT_TEXT));
  await files.makeExecutable(path.join(site, SITE_SCRIPT));
}
