import { z } from "zod";
import { ChooseRequest } from "../../../shared/schemas/choice.ts";

/*
 * What the window's process and the workbench's process say to each other. The workbench runs in plain Node, so that the pages' process loads no
 * native module and a fall of one does not take the other along; the window's process only carries messages between a page's port and it.
 */

const port = z.int().min(1);
/** oRPC's own text; nothing of the contract is binary. */
const data = z.string();

export const ToWorkbench = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("open"), port }),
  z.strictObject({ kind: z.literal("message"), port, data }),
  z.strictObject({ kind: z.literal("close"), port }),
  /** The answer to "choose". */
  z.strictObject({ kind: z.literal("chosen"), question: z.int(), path: z.string().nullable() }),
]);
export type ToWorkbench = z.infer<typeof ToWorkbench>;

export const FromWorkbench = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("message"), port, data }),
  z.strictObject({ kind: z.literal("choose"), port, question: z.int(), request: ChooseRequest }),
]);
export type FromWorkbench = z.infer<typeof FromWorkbench>;
