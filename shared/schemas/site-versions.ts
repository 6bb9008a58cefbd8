import { z } from "zod";

/** What a site's version is called: a number that only grows, and the beginning of the bundle's digest. */
export const VersionName = z.string().regex(/^\d{4,9}-[0-9a-f]{12}$/, { error: "a version is named as in 0002-9b1c4f0a77de" });
export type VersionName = z.infer<typeof VersionName>;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

export const SITE_ACTIONS = ["install", "rollback", "rollforward"] as const;

/**
 * One switch of a site, as current.json holds the last and history.jsonl all of them. install.sh writes the same with printf and reads `version` by its place:
 * the order of the fields is part of the format.
 */
export const SiteSwitch = z.strictObject({
  formatVersion: z.literal(1),
  version: VersionName,
  action: z.enum(SITE_ACTIONS),
  from: VersionName.nullable(),
  at: z.iso.datetime(),
  /** user@host, as the system tells. */
  by: z.string().max(300),
  bundle: digest,
  model: digest,
  /** What the bundle, or the version switched to, was held against: its own digests, the digest its sender told, or a signature. */
  checked: z.enum(["contents", "digest", "signature"]),
  smoke: z.enum(["ran", "notRun"]),
  parity: z.enum(["held", "notRun"]),
  with: z.string().max(100),
});
export type SiteSwitch = z.infer<typeof SiteSwitch>;

/** An attempt that changed nothing. */
export const SiteRefusal = z.strictObject({
  formatVersion: z.literal(1), refused: z.string().max(100), action: z.enum(SITE_ACTIONS), at: z.iso.datetime(), by: z.string().max(300), bundle: digest.nullable(), with: z.string().max(100),
});
export type SiteRefusal = z.infer<typeof SiteRefusal>;

/** A program that runs from a version, as it noted itself. */
export const SiteUse = z.strictObject({ version: VersionName, pid: z.int(), host: z.string(), what: z.string(), state: z.enum(["alive", "elsewhere"]) });
export type SiteUse = z.infer<typeof SiteUse>;

export const SiteVersion = z.strictObject({
  name: VersionName,
  isCurrent: z.boolean(),
  /** Of the files it lists; those shared with another version are counted in each. null: what it lists cannot be read, so it is damaged. */
  bytes: z.number().nullable(),
  /** How it came here; null where history.jsonl does not know it. */
  installed: SiteSwitch.nullable(),
});
export type SiteVersion = z.infer<typeof SiteVersion>;

export const InstalledSite = z.strictObject({
  directory: z.string(),
  /** null: nothing was installed yet. */
  current: SiteSwitch.nullable(),
  versions: z.array(SiteVersion),
  /** Oldest first. */
  history: z.array(z.union([SiteSwitch, SiteRefusal])),
  running: z.array(SiteUse),
});
export type InstalledSite = z.infer<typeof InstalledSite>;

/** What installing would do to a site, before anything is done. */
export const SiteInstallPlan = z.strictObject({
  site: z.string(),
  bundle: digest,
  name: z.string(),
  now: VersionName.nullable(),
  next: VersionName,
  /** The version `next` is there already, whole, and only has to be switched to. */
  isPresent: z.boolean(),
  /** linked: the present version has files of this digest, which are hashed again and shared instead of copied. */
  files: z.strictObject({ total: z.int(), linked: z.int(), copied: z.int() }),
  copiedBytes: z.number(),
  linkedBytes: z.number(),
  freeBytes: z.number(),
  /** For the form that this machine's engine maps, in the home; null where the model is too small to need one. */
  compile: z.strictObject({ directory: z.string(), neededBytes: z.number(), freeBytes: z.number() }).nullable(),
  running: z.array(SiteUse),
});
export type SiteInstallPlan = z.infer<typeof SiteInstallPlan>;

export const SitePruning = z.strictObject({ removed: z.array(VersionName), kept: z.array(VersionName), inUse: z.array(VersionName) });
export type SitePruning = z.infer<typeof SitePruning>;
