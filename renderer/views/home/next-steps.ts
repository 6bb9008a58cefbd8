import type { Job } from "../../../shared/schemas/job.ts";
import type { Machine } from "../../../shared/schemas/machine.ts";
import type { Model } from "../../../shared/schemas/model.ts";
import type { Known } from "./first-run.ts";

export type NextStep =
  | { readonly kind: "resume"; readonly job: Job }
  | { readonly kind: "quantize" | "speed" | "bundle"; readonly model: Model }
  | { readonly kind: "attention"; readonly findings: number }
  | { readonly kind: "import" };

/** One of each kind is enough to go on with. */
const MOST = 4;

/** What would move the line forward, the nearest to its end first: work that stopped, then what the newest models lack, then the machine. */
export function nextSteps({ models, jobs, reports, bundles }: Known, machine: Machine | undefined): readonly NextStep[] {
  const steps: NextStep[] = [];
  const stopped = jobs.find(({ state }) => state === "interrupted");
  if (stopped !== undefined) steps.push({ kind: "resume", job: stopped });
  const newestFirst = models.toReversed();
  const packages = newestFirst.filter(({ kind }) => kind === "package");
  const unmade = newestFirst.find((model) => model.kind === "checkpoint" && !models.some(({ parentId }) => parentId === model.id));
  if (unmade !== undefined) steps.push({ kind: "quantize", model: unmade });
  const unmeasured = packages.find(({ id }) => !reports.some(({ modelId, body }) => modelId === id && body.kind === "speed"));
  if (unmeasured !== undefined) steps.push({ kind: "speed", model: unmeasured });
  const unpacked = packages.find((model) => model.recipe !== "f32" && !bundles.some(({ modelId }) => modelId === model.id));
  if (unpacked !== undefined) steps.push({ kind: "bundle", model: unpacked });
  const findings = machine?.notices.filter(({ severity }) => severity !== "info").length ?? 0;
  if (findings > 0) steps.push({ kind: "attention", findings });
  steps.push({ kind: "import" });
  return steps.slice(0, MOST);
}
