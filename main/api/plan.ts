import { machinePresets } from "../pipeline/machine-presets.ts";
import { explainModelAt, planModel } from "../pipeline/plan-model.ts";
import { readSiteFigures } from "../pipeline/read-site-figures.ts";
import { implementer } from "./implementer.ts";
import { located } from "./located.ts";
import { machineNamed } from "./machine-named.ts";
import { requireAbsolute } from "./require-absolute.ts";
import { startKind } from "./start-kind.ts";

export const plan = {
  make: implementer.plan.make.handler(async ({ input: { model, machine, figures, contextTokens, ...goal }, context: { workbench } }) => {
    const { files, clock, store } = workbench;
    if (figures !== undefined) requireAbsolute("figures", figures);
    return planModel(files, {
      ...(await located(workbench, model)), machine: await machineNamed(workbench, machine), figures: await readSiteFigures(files, figures ?? null), records: store.planChecks.list(), nowMs: clock.now(),
      goal, contextTokens: contextTokens ?? null,
    });
  }),
  explain: implementer.plan.explain.handler(async ({ input, context: { workbench } }) => {
    const { location, name } = await located(workbench, input.model);
    return explainModelAt(workbench.files, location, name);
  }),
  check: implementer.plan.check.handler(({ input, context: { workbench } }) => startKind(workbench, "plan.check", input)),
  presets: implementer.plan.presets.handler(() => machinePresets()),
  records: implementer.plan.records.handler(({ context: { workbench } }) => workbench.store.planChecks.list()),
  resetRecords: implementer.plan.resetRecords.handler(({ context: { workbench } }) => {
    const removed = workbench.store.planChecks.clear();
    workbench.store.audit.append("plan.resetRecords", "plan_checks", { removed });
    return { removed };
  }),
};
