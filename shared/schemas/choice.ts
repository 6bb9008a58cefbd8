import { z } from "zod";

/** What the system's own dialog is asked for. */
export const ChooseRequest = z.strictObject({
  what: z.enum(["folder", "file"]),
  /** In the page's language; the window's title on systems that show one. */
  title: z.string().max(200),
  /** Where it opens. */
  from: z.string().max(4096).nullable().default(null),
});
export type ChooseRequest = z.output<typeof ChooseRequest>;
/** Absolute; null when the dialog was closed without a choice. */
export const ChooseAnswer = z.string().max(32_768).nullable();
