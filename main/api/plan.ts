import { isAbsolute } from "node:path";
import type { Machine } from "../../shared/schemas/machine.ts";
import { SITE_PREFIX } from "../../shared/schemas/site.ts";
import { describeThisMachine } from "../pipeline/describe-machine.ts";
import { machinePresets, presetMachineNamed } from "../pipeline/machine-presets.ts";
import { explainModelAt, planModel } from "../pipeline/plan-model.ts";
import { readMachine } from "../pipeline/read-machine.ts";
import { readSiteFigures } from "../pipeline/read-site-figures.ts";
import { implementer } from "./implementer.ts";
import { resolveModel } from "./resolve-model.ts";
import { requireAbsolute, startKind } from "./start-kind.ts";
import { siteMachine } from "./site-machine.ts";
import type { Workbench } from "./workbench.ts";

/** The word for the machine under our feet. */
const HERE = "here";

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
  check: implementer.plan.check.handler(({ input, context: { workbench } }) => {
    requireAbsolute("plan", input.plan);
    return startKind(workbench, "plan.check", input);
  }),
  presets: implementer.plan.presets.handler(() => machinePresets()),
  records: implementer.plan.records.handler(({ context: { workbench } }) => workbench.store.planChecks.list()),
  resetRecords: implementer.plan.resetRecords.handler(({ context: { workbench } }) => {
    const removed = workbench.store.planChecks.clear();
    workbench.store.audit.append("plan.resetRecords", "plan_checks", { removed });
    return { removed };
  }),
};

async function located(workbench: Workbench, reference: string): Promise<{ location: string; name: string }> {
  const resolved = await resolveModel(workbench, reference);
  return resolved.kind === "stored" ? { location: resolved.model.directory, name: resolved.model.name } : { location: resolved.path, name: resolved.path.split(/[\\/]/).at(-1) ?? resolved.path };
}

async function machineNamed(workbench: Workbench, machine: string): Promise<Machine> {
  const { host, files, home } = workbench;
  if (machine === HERE) return describeThisMachine(host, files, { home: home.root, measure: true });
  if (isAbsolute(machine)) return readMachine(files, machine);
  return machine.startsWith(SITE_PREFIX) ? siteMachine(workbench, machine) : presetMachineNamed(machine);
}
