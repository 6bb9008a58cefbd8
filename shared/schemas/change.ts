import { z } from "zod";

/** What the store keeps, as far as a page shows it. */
export const CHANGE_KINDS = ["models", "jobs", "reports", "bundles", "audit", "settings", "engines", "votes", "plan_checks", "sites"] as const;
export const ChangeKind = z.enum(CHANGE_KINDS);
export type ChangeKind = z.infer<typeof ChangeKind>;

/** Which kinds of things are no longer as they were at the event before. */
export const Change = z.strictObject({ changed: z.array(ChangeKind) });
export type Change = z.infer<typeof Change>;
