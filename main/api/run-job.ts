import { WorkbenchError } from "../../shared/errors.ts";
import { JOB_REQUESTS } from "../../shared/schemas/job-requests.ts";
import type { Job } from "../../shared/schemas/job.ts";
import type { JobContext } from "../pipeline/job-context.ts";
import { runBundleCreate, runBundleInstall, runBundleRollback, runBundleVerify } from "./run-bundle-job.ts";
import { runEgressProve } from "./run-egress-job.ts";
import { runBundleApply, runBundleDelta, runBundleJoin, runBundleRepair, runBundleSplit, runBundleVolumes } from "./run-media-job.ts";
import { runBenchCompare, runBenchSpeed, runEvalAnswers, runEvalPerplexity, runParityCheck, runParityRecord } from "./run-measure-job.ts";
import { runImport, runQuantize } from "./run-model-job.ts";
import { runPlanCheck } from "./run-plan-job.ts";
import type { Workbench } from "./workbench.ts";

/**
 * The work of one job, run inside the job's own process: walks the line, then records what came of it in the store and the audit chain.
 * Recording is idempotent, so a job killed between the two may run again.
 * @returns what JOB_RESULTS says for the kind
 */
export async function runJob(workbench: Workbench, job: Job, context: JobContext): Promise<Record<string, unknown>> {
  try {
    return await walk(workbench, job, context);
  } catch (thrown) {
    if (!context.signal.aborted) recordFailure(workbench, job, thrown);
    throw thrown;
  }
}

function walk(workbench: Workbench, job: Job, context: JobContext): Promise<Record<string, unknown>> {
  const { kind, request } = job;
  // Parsed again although the contract did: the row may have been written by another version.
  switch (kind) {
    case "model.import":
      return runImport(workbench, job.id, JOB_REQUESTS[kind].parse(request), context);
    case "quantize":
      return runQuantize(workbench, job.id, JOB_REQUESTS[kind].parse(request), context);
    case "parity.record":
      return runParityRecord(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "parity.check":
      return runParityCheck(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bench.speed":
      return runBenchSpeed(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bench.compare":
      return runBenchCompare(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "eval.perplexity":
      return runEvalPerplexity(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "eval.answers":
      return runEvalAnswers(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.create":
      return runBundleCreate(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.verify":
      return runBundleVerify(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.install":
      return runBundleInstall(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.rollback":
      return runBundleRollback(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "egress.prove":
      return runEgressProve(workbench, context);
    case "bundle.split":
      return runBundleSplit(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.volumes":
      return runBundleVolumes(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.join":
      return runBundleJoin(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.repair":
      return runBundleRepair(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.delta":
      return runBundleDelta(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "bundle.apply":
      return runBundleApply(workbench, JOB_REQUESTS[kind].parse(request), context);
    case "plan.check":
      return runPlanCheck(workbench, JOB_REQUESTS[kind].parse(request), context);
    default:
      throw new WorkbenchError("usage.invalid", { reason: `no such kind of job: ${String(kind satisfies never)}` });
  }
}

/** A refused checkpoint or a changed bundle is what an auditor looks for: failures enter the chain too. */
function recordFailure(workbench: Workbench, job: Job, thrown: unknown): void {
  const subject = job.request["bundle"] ?? job.request["site"] ?? job.request["model"] ?? job.request["plan"] ?? job.request["directory"] ?? job.request["delta"] ?? job.request["folders"] ?? job.request["contestants"];
  const error = thrown instanceof WorkbenchError ? thrown.toRecord() : { code: "internal.unexpected", details: { reason: String(thrown) } };
  workbench.store.audit.append(`${job.kind}.failed`, typeof subject === "string" ? subject : JSON.stringify(subject), { job: job.id, code: error.code, ...("file" in error.details ? { file: error.details["file"] } : {}) });
}
