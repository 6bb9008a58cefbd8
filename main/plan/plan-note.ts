import type { PlanNote } from "../../shared/schemas/plan.ts";
import type { PlanNoteCode, PlanNoteDetails } from "../../shared/schemas/plan-notes.ts";

/** A note whose details are those that its code is declared with. */
export function planNote<C extends PlanNoteCode>(code: C, details: PlanNoteDetails[C]): PlanNote {
  return { code, details: details as PlanNote["details"] };
}
