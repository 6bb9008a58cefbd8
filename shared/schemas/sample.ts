import { z } from "zod";

/** The model that comes with the workbench, and a text it has not seen. Absolute paths. */
export const Sample = z.strictObject({ checkpoint: z.string(), text: z.string() });
export type Sample = z.infer<typeof Sample>;
