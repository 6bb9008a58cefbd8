import { resolveModel } from "./resolve-model.ts";
import type { Workbench } from "./workbench.ts";

/** Where a model lies, and its name: a row of the store, a directory or a lone config.json. @throws store.*, package.notFound */
export async function located(workbench: Workbench, reference: string): Promise<{ location: string; name: string }> {
  const resolved = await resolveModel(workbench, reference);
  return resolved.kind === "stored" ? { location: resolved.model.directory, name: resolved.model.name } : { location: resolved.path, name: resolved.path.split(/[\\/]/).at(-1) ?? resolved.path };
}
