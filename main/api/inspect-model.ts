import type { ModelInspection } from "../../shared/contract.ts";
import { inspectDirectory } from "../pipeline/inspect-model.ts";
import { resolveModel } from "./resolve-model.ts";
import type { Workbench } from "./workbench.ts";

/** What is known of a stored model, a directory or a lone config.json, without reading weights. */
export async function inspectModel(workbench: Workbench, reference: string): Promise<ModelInspection> {
  const resolved = await resolveModel(workbench, reference);
  const path = resolved.kind === "stored" ? resolved.model.directory : resolved.path;
  const found = await inspectDirectory(workbench.files, path);
  return { model: resolved.kind === "stored" ? resolved.model : null, ...found };
}
