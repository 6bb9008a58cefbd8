import { join } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { isStopped } from "../../shared/schemas/job.ts";
import type { Model } from "../../shared/schemas/model.ts";
import { discardDirectory } from "./discard-directory.ts";
import type { Workbench } from "./workbench.ts";

/**
 * Takes a model out of the store, and its files with it where the store owns them.
 * @throws store.inUse while packages made from it exist or a job is at work on it; store.notFound, store.ambiguous
 */
export async function removeModel(workbench: Workbench, reference: string): Promise<Model> {
  const { store, files, home } = workbench;
  const model = store.models.resolve(reference);
  const users = [...store.models.children(model.id).map((child) => child.id), ...jobsAtWorkOn(workbench, model)];
  if (users.length > 0) throw new WorkbenchError("store.inUse", { id: model.id, by: users.join(", ") });

  const ownsFiles = model.owned && (await files.status(model.directory)) !== undefined;
  if (ownsFiles) await discardDirectory(workbench, model.directory);
  const compiled = join(home.compiled, model.digest);
  if ((await files.status(compiled)) !== undefined) await discardDirectory(workbench, compiled);
  store.models.remove(model.id);
  store.audit.append("model.remove", model.digest, { id: model.id, name: model.name, filesRemoved: ownsFiles });
  return model;
}

function jobsAtWorkOn(workbench: Workbench, model: Model): string[] {
  return workbench.store.jobs.list()
    .filter((job) => !isStopped(job))
    .filter((job) => [job.request["model"], job.request["against"]].some((used) => used === model.id || used === model.directory))
    .map((job) => job.id);
}
