import { z } from "zod";

/** What the ids of sites begin with, and no preset's name does. */
export const SITE_PREFIX = "site-";

/** A machine that is elsewhere, as a record of it was read once: the medium that brought the record may be gone. */
export const Site = z.strictObject({
  id: z.string(),
  /** The record's file or folder, by which people know it. */
  name: z.string().min(1).max(255),
  /** Absolute, where the record was read. */
  from: z.string().min(1).max(4096),
  addedAt: z.iso.datetime(),
});
export type Site = z.infer<typeof Site>;
