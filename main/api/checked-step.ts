import { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import { JOB_REQUESTS } from "../../shared/schemas/job-requests.ts";
import type { SequenceStep } from "../../shared/schemas/job.ts";
import { pinRequest } from "./pin-request.ts";
import type { Workbench } from "./workbench.ts";

/** Stands in the fields that an earlier step will fill while the others are checked; long enough for any, and a SHA-256 by its looks. */
const STAND_IN = "0".repeat(64);

/**
 * A step of a sequence as it is kept: checked like a job of its own, except for what is not known yet.
 * @throws usage.invalid when it cannot be such a job, or takes something from itself or a later step; as pinRequest
 */
export async function checkedStep(workbench: Workbench, { kind, request, take }: SequenceStep, index: number): Promise<SequenceStep> {
  for (const [field, { step }] of Object.entries(take)) {
    if (step >= index) throw new WorkbenchError("usage.invalid", { reason: `step ${index + 1} of the sequence takes ${field} from step ${step + 1}, which does not come before it` });
  }
  const known = await pinRequest(workbench, kind, request);
  const parsed = JOB_REQUESTS[kind].safeParse({ ...known, ...Object.fromEntries(Object.keys(take).map((field) => [field, STAND_IN])) });
  if (!parsed.success) throw new WorkbenchError("usage.invalid", { reason: `step ${index + 1} of the sequence: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}` });
  const whole = Object.entries(parsed.data).filter(([field]) => !Object.hasOwn(take, field));
  return { kind, take, request: Object.fromEntries(whole) };
}
