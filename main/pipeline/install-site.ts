import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Mark } from "../../shared/schemas/delivery.ts";
import type { SignatureAnswer } from "../../shared/schemas/trust.ts";
import type { SiteInstallPlan, SiteSwitch, VersionName } from "../../shared/schemas/site-versions.ts";
import { installBundle } from "../bundle/install-bundle.ts";
import { readInstalledVersion, verifyVersion } from "../bundle/site/installed-version.ts";
import { planVersion, type PlannedVersion, type SourceOfVersion } from "../bundle/site/plan-version.ts";
import { VERSIONS_DIRECTORY, versionDirectory } from "../bundle/site/site-layout.ts";
import { lockSite, type SiteLock } from "../bundle/site/site-lock.ts";
import { appendHistory } from "../bundle/site/site-records.ts";
import { siteUses } from "../bundle/site/site-uses.ts";
import { settleSwitch, switchVersion } from "../bundle/site/switch-version.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import type { ProcessTable } from "../domain/process-table.ts";
import { bytesToCompile } from "./compile-model.ts";
import type { JobContext } from "./job-context.ts";
import { openModelPackage } from "./open-model-package.ts";
import { type ModelProof, proveModel } from "./prove-model.ts";
import { requireSignatures, type SignedBundle } from "./require-signatures.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

/** Who installs, for the site's history. */
export interface SiteActor {
  readonly by: string;
  readonly program: string;
}

export interface InstallAtSite extends SiteActor, SignedBundle {
  readonly site: string;
  /** Which of several packages, by name. */
  readonly package?: string | undefined;
  readonly parity: boolean;
}

export interface InstalledAtSite extends ModelProof {
  readonly signature: SignatureAnswer;
  readonly marks: readonly Mark[];
  readonly directory: string;
  readonly kind: "package" | "checkpoint";
  readonly modelDigest: string;
  readonly version: VersionName;
  readonly before: VersionName | null;
}

/** What installing would do. Nothing is changed, and nothing but documents is read. @throws as `readBundle`; site.invalid */
export async function planSiteInstall(
  context: { readonly files: Files; readonly processes: ProcessTable }, { site, compiled, ...source }: SourceOfVersion & { readonly site: string; readonly compiled: string },
): Promise<SiteInstallPlan> {
  const { files } = context;
  const planned = await planVersion(files, site, source);
  const linked = planned.isPresent ? planned.layers : planned.layers.filter(({ sha256 }) => planned.shared.has(sha256));
  const bytes = (layers: PlannedVersion["layers"]): number => layers.reduce((sum, layer) => sum + layer.bytes, 0);
  const neededBytes = bytesToCompile(bytes(planned.layers.filter((layer) => /^weights-\d+\.bin$/.test(layer.path))));
  const linkedBytes = bytes(linked);
  return {
    site, bundle: planned.bundle, name: planned.name, now: planned.now, next: planned.version, isPresent: planned.isPresent,
    files: { total: planned.layers.length, linked: linked.length, copied: planned.layers.length - linked.length },
    copiedBytes: bytes(planned.layers) - linkedBytes, linkedBytes, freeBytes: await files.freeBytes(await nearest(files, site)),
    compile: neededBytes === 0 ? null : { directory: compiled, neededBytes, freeBytes: await files.freeBytes(await nearest(files, compiled)) },
    running: await siteUses(context, site),
  };
}

/** The folder itself, or the one above it that is there. */
async function nearest(files: Files, directory: string): Promise<string> {
  return (await files.status(directory))?.kind === "directory" || path.dirname(directory) === directory ? directory : nearest(files, path.dirname(directory));
}

/**
 * Brings a bundle in as a version of a site and makes it the current one: unpacked beside, every byte hashed, compiled for this machine, tried, and only then
 * switched to, by one rename. Killed anywhere, the version before runs on; run again, it goes on with what was copied.
 * @throws site.locked, site.invalid, trust.* where the site enforces its policy, parity.failed, besides everything that `installBundle` throws
 */
export async function installAtSite(context: JobContext, request: InstallAtSite): Promise<InstalledAtSite> {
  const { files } = context;
  const site = path.resolve(request.site);
  await files.makeDirectory(path.join(site, VERSIONS_DIRECTORY));
  const lock = await lockSite(context, site);
  try {
    await settleSwitch(files, site);
    return await installLocked(context, { ...request, site }, lock);
  } catch (thrown) {
    if (!context.signal.aborted) await recordRefusal(context, site, request, thrown).catch(() => undefined);
    throw thrown;
  } finally {
    await lock.release();
  }
}

async function installLocked(context: JobContext, request: InstallAtSite, lock: SiteLock): Promise<InstalledAtSite> {
  const { files, onProgress, signal } = context;
  const { site } = request;
  // Of the very bundle that is then unpacked: every byte is hashed against its digest on the way.
  const { answer: signature, digest, marks } = await requireSignatures(context, request);
  const found = await planVersion(files, site, { bundle: request.bundle, package: request.package, expectedDigest: digest });
  // A damaged one is left to be looked at, and to whoever runs from it; `bundle prune` removes it.
  const isPresent = found.isPresent && (await isWhole(context, versionDirectory(site, found.version)));
  const planned = { ...found, isPresent, version: found.isPresent && !isPresent ? found.fresh : found.version };
  const directory = versionDirectory(site, planned.version);
  let proof: ModelProof = { wrote: null, parity: null };
  let kind: "package" | "checkpoint" = "package";
  const prove = async (unpacked: string, found: "package" | "checkpoint"): Promise<void> => {
    kind = found;
    if (kind === "package") proof = await proveModel(context, await openModelPackage(files, unpacked), request.parity);
    // An original checkpoint is another engine's to run; that it can be read is all that is known here.
    else await understandCheckpoint(files, unpacked);
  };
  await clearOthers(files, site, planned.version);
  if (planned.isPresent) await prove(directory, planned.layers.some((layer) => layer.path === PACKAGE_FILES.manifest) ? "package" : "checkpoint");
  else await installBundle({ files, path: request.bundle, package: request.package, to: directory, expectedDigest: planned.bundle, present: planned.shared, onProgress, signal, check: prove });
  const { modelDigest } = await readInstalledVersion(files, directory);
  const { now: before } = planned;
  signal.throwIfAborted();
  if (before !== planned.version) {
    await switchVersion(files, site, {
      ...head(context, request), version: planned.version, action: "install", from: before, bundle: planned.bundle, model: `sha256:${modelDigest}`,
      checked: signature.answer === "verified" ? "signature" : request.expectedDigest === undefined ? "contents" : "digest", smoke: kind === "package" ? "ran" : "notRun", parity: proof.parity === null ? "notRun" : "held",
    }, lock);
  }
  return { directory, kind, marks, modelDigest, version: planned.version, before, signature, ...proof };
}

function head({ clock }: JobContext, { by, program }: SiteActor): Pick<SiteSwitch, "formatVersion" | "at" | "by" | "with"> {
  return { formatVersion: 1, at: new Date(clock.now()).toISOString(), by: by.slice(0, 300), with: program };
}

/** A version that an earlier attempt finished, or that was rolled back from, may have been damaged since. */
async function isWhole({ files, signal, onProgress }: JobContext, directory: string): Promise<boolean> {
  try {
    const version = await readInstalledVersion(files, directory);
    let done = 0;
    const total = [...version.files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    await verifyVersion({ files, signal, onBytes: (bytes) => onProgress({ step: "verify", done: (done += bytes), total, unit: "bytes" }) }, version);
    return true;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === "site.versionDamaged") return false;
    throw error;
  }
}

/** What an attempt at another bundle left only takes room. */
async function clearOthers(files: Files, site: string, version: VersionName): Promise<void> {
  const folder = path.join(site, VERSIONS_DIRECTORY);
  for (const name of await files.list(folder)) if ((name.endsWith(".partial") && name !== `${version}.partial`) || name.endsWith(".removed")) await files.remove(path.join(folder, name));
}

async function recordRefusal(context: JobContext, site: string, request: InstallAtSite, thrown: unknown): Promise<void> {
  const code = thrown instanceof WorkbenchError ? thrown.code : "internal.unexpected";
  const { formatVersion, at, by, with: program } = head(context, request);
  await appendHistory(context.files, site, { formatVersion, refused: code, action: "install", at, by, bundle: /^sha256:[0-9a-f]{64}$/.test(request.expectedDigest ?? "") ? (request.expectedDigest as string) : null, with: program });
}
