import { z } from "zod";

/** What can be made of a folder or file here. checkpoint: weights and config.json; config: config.json alone; capture: the record of a machine. */
export const Recognised = z.enum(["checkpoint", "config", "package", "bundle", "capture"]);
export type Recognised = z.infer<typeof Recognised>;

export const FolderEntry = z.strictObject({
  name: z.string(),
  /** Of what a link leads to. */
  kind: z.enum(["folder", "file"]),
  holds: Recognised.nullable(),
  /** false: it is there, and this account may not look into it. */
  readable: z.boolean(),
  /** null for folders. */
  bytes: z.number().nullable(),
  modifiedAt: z.iso.datetime(),
});
export type FolderEntry = z.infer<typeof FolderEntry>;

export const FolderListing = z.strictObject({
  /** Absolute, every link followed. */
  path: z.string(),
  /** null at the top of a drive. */
  parent: z.string().nullable(),
  holds: Recognised.nullable(),
  /** Folders first, names in the order of a person's counting (2 before 10). */
  entries: z.array(FolderEntry),
  /** Entries whose name begins with a dot. */
  hiddenCount: z.int(),
  /** Entries beyond the limit of what is shown. */
  leftOutCount: z.int(),
  /** Entries that were not looked into because the disk was slow: `holds` says nothing of them. */
  unexaminedCount: z.int(),
});
export type FolderListing = z.infer<typeof FolderListing>;

export const BrowseRequest = z.strictObject({
  /** Absolute. */
  path: z.string().min(1).max(4096),
  show: z.enum(["folders", "foldersAndFiles"]).default("folders"),
});

/** Where to begin. */
export const Place = z.strictObject({ kind: z.enum(["home", "workbench", "drive"]), path: z.string() });
export type Place = z.infer<typeof Place>;
