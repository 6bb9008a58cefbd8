import { z } from "zod";
import { Arrival } from "./import-preflight.ts";

/** A row of the store's models: a checkpoint that came in, or a package made from one. */
export const Model = z.strictObject({
  /** "ckpt-" or "pkg-" and the first twelve hex digits of the digest. */
  id: z.string(),
  kind: z.enum(["checkpoint", "package"]),
  name: z.string(),
  family: z.string(),
  digest: z.string(),
  directory: z.string(),
  /** Whether the store owns the directory and removes it with the model. */
  owned: z.boolean(),
  bytes: z.number(),
  totalParameters: z.number(),
  activeParameters: z.number(),
  recipe: z.string().nullable(),
  /** The checkpoint a package was made from. */
  parentId: z.string().nullable(),
  /** Of checkpoints; absent where an earlier version brought it in. */
  arrival: Arrival.optional(),
  createdAt: z.iso.datetime(),
});
export type Model = z.infer<typeof Model>;
