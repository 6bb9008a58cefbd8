import path from "node:path";
import { VersionName } from "../../../shared/schemas/site-versions.ts";
import { hexOf } from "../bundle-layout.ts";

/**
 * A site folder: the versions of one model at a site, one of which is current.
 *
 *   versions/NNNN-DIGEST12/    a whole package, as `bundle install --to` unpacks one; NAME.partial while it is made
 *   current.json               the truth: which version is current, and how it came to be. One line, replaced by rename
 *   current                    a symbolic link to that version, for people and service files; set right after current.json, and again by the next command
 *   history.jsonl              every switch, and every attempt that was refused; replaced by rename
 *   install.sh                 goes back and forth without Sallyport and without the medium
 *   lock                       who changes the site at the moment
 *   running/                   notes of programs that run from a version
 */
export const CURRENT_FILE = "current.json";
export const CURRENT_LINK = "current";
export const HISTORY_FILE = "history.jsonl";
export const VERSIONS_DIRECTORY = "versions";
export const RUNNING_DIRECTORY = "running";
export const LOCK_FILE = "lock";
export const SITE_SCRIPT = "install.sh";
/** A version on its way out is renamed first, so that a kill leaves no half of it under its name. */
export const REMOVED_ENDING = ".removed";

export const versionDirectory = (site: string, version: VersionName): string => path.join(site, VERSIONS_DIRECTORY, version);

/** @param bundle sha256:… */
export function versionName(sequence: number, bundle: string): VersionName {
  return `${String(sequence).padStart(4, "0")}-${(hexOf(bundle) as string).slice(0, 12)}`;
}

export const isVersionName = (name: string): name is VersionName => VersionName.safeParse(name).success;

export const sequenceOf = (version: VersionName): number => Number(version.split("-")[0]);

export const bySequence = (a: VersionName, b: VersionName): number => sequenceOf(a) - sequenceOf(b) || (a < b ? -1 : 1);

/** The version a directory is, with its site; undefined for any other directory. */
export function versionOf(directory: string): { readonly site: string; readonly version: VersionName } | undefined {
  const [version, parent] = [path.basename(directory), path.dirname(directory)];
  return isVersionName(version) && path.basename(parent) === VERSIONS_DIRECTORY ? { site: path.dirname(parent), version } : undefined;
}
