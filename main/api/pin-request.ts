import { isAbsolute } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { ENGINE_PREFIX } from "../../shared/schemas/engine.ts";
import { findEngine } from "./contestant.ts";
import type { JobKind } from "../../shared/schemas/job.ts";
import type { BundleTargetRequest } from "../../shared/schemas/job-requests.ts";
import { namedSite } from "./named-site.ts";
import { requireAbsolute } from "./require-absolute.ts";
import { pinModel, pinPackage, resolveCheckpoint } from "./resolve-model.ts";
import type { Workbench } from "./workbench.ts";

type Names = "path" | "package" | "checkpoint" | "model" | "report" | "bundle" | "site";

/** What the fields of a job's request name, alone or in a list. */
const NAMING: { readonly [K in JobKind]: Readonly<Record<string, Names>> } = {
  "model.import": { directory: "path" },
  quantize: { model: "checkpoint" },
  "parity.record": { model: "package" },
  "parity.check": { model: "package", expected: "path" },
  "bench.speed": { model: "package" },
  "bench.compare": { promptsFile: "path" },
  "eval.perplexity": { model: "package", against: "package", textFile: "path" },
  "eval.answers": { model: "package", against: "package", textFile: "path" },
  "bundle.create": { model: "model", models: "model", images: "path", runtimes: "path", reports: "report", out: "path" },
  "bundle.verify": { bundle: "bundle", receipt: "path", egress: "path" },
  "bundle.install": { bundle: "bundle", to: "path", site: "site" },
  "bundle.rollback": { site: "site" },
  "egress.prove": {},
  "bundle.split": { bundle: "bundle", out: "path" },
  "bundle.volumes": { folders: "path" },
  "bundle.join": { folders: "path", out: "path" },
  "bundle.repair": { folders: "path", out: "path" },
  "bundle.delta": { base: "bundle", bundle: "bundle", out: "path" },
  "bundle.apply": { delta: "path", base: "bundle", out: "path" },
  "plan.check": { plan: "path" },
};

/**
 * A job's request as the job keeps it: names and beginnings of ids become whole ids, so that a resume finds the same things under changed names; paths must be
 * absolute, for the caller's working directory is not ours. Fields that are not there are passed over.
 * @throws usage.invalid, store.notFound, store.ambiguous, package.notFound, bundle.notFound
 */
export async function pinRequest(workbench: Workbench, kind: JobKind, request: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const pinned: Record<string, unknown> = { ...request };
  for (const [field, names] of Object.entries(NAMING[kind])) {
    const value = request[field];
    if (typeof value === "string") pinned[field] = await pin(workbench, field, names, value);
    else if (Array.isArray(value)) pinned[field] = await Promise.all(value.map((each: string) => pin(workbench, field, names, each)));
  }
  const { checksums } = request;
  if (typeof checksums === "object" && checksums !== null && "file" in checksums) requireAbsolute("checksums", String(checksums.file));
  const { contestants } = request;
  if (Array.isArray(contestants)) pinned["contestants"] = await Promise.all(contestants.map((contestant: Record<string, unknown>) => pinContestant(workbench, contestant)));
  if (kind === "bundle.create" && Array.isArray(request["targets"])) pinned["targets"] = await Promise.all(request["targets"].map((target: BundleTargetRequest) => pinTarget(workbench, target)));
  return pinned;
}

async function pinContestant(workbench: Workbench, contestant: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const model = String(contestant["model"]);
  return { ...contestant, model: model.startsWith(ENGINE_PREFIX) ? `${ENGINE_PREFIX}${findEngine(workbench, model).name}` : await pinPackage(workbench, model) };
}

async function pinTarget(workbench: Workbench, target: BundleTargetRequest): Promise<BundleTargetRequest> {
  return target.model === undefined ? target : { ...target, model: await pinModel(workbench, target.model) };
}

async function pin(workbench: Workbench, field: string, names: Names, value: string): Promise<string> {
  switch (names) {
    case "path":
      return requireAbsolute(field, value);
    case "package":
      return pinPackage(workbench, value);
    case "checkpoint":
      return (await resolveCheckpoint(workbench, value)).id;
    case "model":
      return pinModel(workbench, value);
    case "report":
      return workbench.store.reports.resolve(value).id;
    case "bundle":
      return bundlePath(workbench, value);
    case "site":
      return namedSite(workbench, value);
    default:
      return names satisfies never;
  }
}

/** A bundle is named by an absolute path, or by the id or name of one that was made here. */
export async function bundlePath(workbench: Workbench, reference: string): Promise<string> {
  const path = isAbsolute(reference) ? reference : workbench.store.bundles.resolve(reference).path;
  if ((await workbench.files.status(path)) === undefined) throw new WorkbenchError("bundle.notFound", { file: path });
  return path;
}
