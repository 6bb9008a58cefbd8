import { implementer } from "./implementer.ts";
import { openPackage, resolveModel } from "./resolve-model.ts";

export const report = {
  list: implementer.report.list.handler(async ({ input, context: { workbench } }) => {
    if (input.model === undefined) return workbench.store.reports.list();
    const resolved = await resolveModel(workbench, input.model);
    // A package outside the store (an installed bundle) has reports too, under the id its digest gives it.
    const id = resolved.kind === "stored" ? resolved.model.id : `pkg-${(await openPackage(workbench, resolved.path)).digest.slice(0, 12)}`;
    return workbench.store.reports.list(id);
  }),
  get: implementer.report.get.handler(({ input, context: { workbench } }) => workbench.store.reports.resolve(input.id)),
};
