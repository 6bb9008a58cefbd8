import type { Accelerator, Link, Notice, SoftwareStack } from "../../shared/schemas/machine.ts";

/** What looking for one vendor's accelerators gives: all empty where there is no trace of any. */
export interface Found {
  readonly accelerators: readonly Accelerator[];
  readonly links: readonly Link[];
  readonly stacks: readonly SoftwareStack[];
  readonly notices: readonly Notice[];
}
