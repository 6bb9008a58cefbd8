import { WorkbenchError } from "../../shared/errors.ts";
import type { JobRequest } from "../../shared/schemas/job-requests.ts";
import type { PlanCheck } from "../../shared/schemas/plan.ts";
import { checkPlan, readPlan, requireCheckable } from "../pipeline/check-plan.ts";
import { describeThisMachine } from "../pipeline/describe-machine.ts";
import type { JobContext } from "../pipeline/job-context.ts";
import { openModelPackage } from "../pipeline/open-model-package.ts";
import { createId } from "../store/create-id.ts";
import type { JobResult } from "./job-results.ts";
import type { Workbench } from "./workbench.ts";

export async function runPlanCheck(workbench: Workbench, request: JobRequest<"plan.check">, context: JobContext): Promise<JobResult<"plan.check">> {
  const { files, host, home, store, clock, threads } = workbench;
  const plan = await readPlan(files, request.plan);
  const machine = await describeThisMachine(host, files, { home: home.root, measure: true });
  requireCheckable(plan, machine, request.plan);
  const stored = store.models.list().find(({ kind, digest }) => kind === "package" && digest === plan.model.digest);
  if (stored === undefined) throw new WorkbenchError("plan.notCheckable", { file: request.plan, reason: "otherModel" });
  const found = await checkPlan(context, { plan, model: await openModelPackage(files, stored.directory), machine, threads: request.threads ?? threads });
  const check: PlanCheck = { id: createId("check", clock), createdAt: new Date(clock.now()).toISOString(), ...found };
  store.planChecks.insert(check);
  store.audit.append("plan.check", check.digest, { id: check.id, predicted: check.decodeTokensPerSecond.predicted, measured: check.decodeTokensPerSecond.measured });
  return { check };
}
