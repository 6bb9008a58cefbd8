import path from "node:path";
import type { JobRequest } from "../../shared/schemas/job-requests.ts";
import { applyBundleDelta } from "../pipeline/apply-delta.ts";
import { checkBundleVolumes } from "../pipeline/check-volumes.ts";
import type { JobContext } from "../pipeline/job-context.ts";
import { joinBundle } from "../pipeline/join-bundle.ts";
import { makeBundleDelta } from "../pipeline/make-delta.ts";
import { repairBundleVolumes } from "../pipeline/repair-volumes.ts";
import { splitBundle } from "../pipeline/split-bundle.ts";
import type { JobResult } from "./job-results.ts";
import type { Workbench } from "./workbench.ts";

export async function runBundleSplit(workbench: Workbench, request: JobRequest<"bundle.split">, context: JobContext): Promise<JobResult<"bundle.split">> {
  const { seconds, result } = await timed(workbench, () => splitBundle(context, request));
  workbench.store.audit.append("bundle.split", result.content.digest, { bundle: request.bundle, out: path.resolve(request.out), set: result.set });
  return { split: { path: path.resolve(request.out), ...result, seconds } };
}

export async function runBundleVolumes(workbench: Workbench, request: JobRequest<"bundle.volumes">, context: JobContext): Promise<JobResult<"bundle.volumes">> {
  const check = await checkBundleVolumes(context, request);
  workbench.store.audit.append("bundle.volumes", check.content.digest, { set: check.set, verdict: check.verdict, folders: request.folders.join(", ") });
  return { check };
}

export async function runBundleJoin(workbench: Workbench, request: JobRequest<"bundle.join">, context: JobContext): Promise<JobResult<"bundle.join">> {
  const { seconds, result } = await timed(workbench, () => joinBundle(context, request));
  workbench.store.audit.append("bundle.join", result.content.digest, { set: result.set, out: path.resolve(request.out), repairedBlocks: result.repairedBlocks });
  return { join: { path: path.resolve(request.out), ...result, seconds } };
}

export async function runBundleRepair(workbench: Workbench, request: JobRequest<"bundle.repair">, context: JobContext): Promise<JobResult<"bundle.repair">> {
  const { seconds, result } = await timed(workbench, () => repairBundleVolumes(context, request));
  workbench.store.audit.append("bundle.repair", result.set, { repaired: result.repaired.join(", "), out: path.resolve(request.out) });
  return { repair: { path: result.repaired.length === 0 ? null : path.resolve(request.out), set: result.set, repaired: [...result.repaired], bytes: result.bytes, seconds } };
}

export async function runBundleDelta(workbench: Workbench, request: JobRequest<"bundle.delta">, context: JobContext): Promise<JobResult<"bundle.delta">> {
  const { seconds, result } = await timed(workbench, () => makeBundleDelta(context, request));
  workbench.store.audit.append("bundle.delta", result.next, { base: result.base, delta: result.digest, out: path.resolve(request.out) });
  return { delta: { path: path.resolve(request.out), ...result, seconds } };
}

export async function runBundleApply(workbench: Workbench, request: JobRequest<"bundle.apply">, context: JobContext): Promise<JobResult<"bundle.apply">> {
  const { seconds, result } = await timed(workbench, () => applyBundleDelta(context, request));
  workbench.store.audit.append("bundle.apply", result.digest, { base: request.base, delta: request.delta, out: path.resolve(request.out) });
  return { apply: { path: path.resolve(request.out), ...result, seconds } };
}

async function timed<T>({ clock }: Workbench, work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const started = clock.ticks();
  const result = await work();
  return { seconds: (clock.ticks() - started) / 1000, result };
}
