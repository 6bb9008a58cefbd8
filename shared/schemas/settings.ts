import { z } from "zod";

export const LANGUAGES = ["en", "zh-Hans", "ar"] as const;
export const MAX_THREADS = 256;

/** What a person has chosen for this home, in every window, tab and command alike. */
export const Settings = z.strictObject({
  /** null: as the browser or the system asks. */
  language: z.enum(LANGUAGES).nullable(),
  theme: z.enum(["system", "light", "dark"]),
  /** Cores used when a request does not say; null: all there are. */
  threads: z.int().min(1).max(MAX_THREADS).nullable(),
});
export type Settings = z.infer<typeof Settings>;

export const DEFAULT_SETTINGS: Settings = { language: null, theme: "system", threads: null };
