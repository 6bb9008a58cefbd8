import type { JobRequest } from "../../shared/schemas/job-requests.ts";
import type { Report, ReportBody } from "../../shared/schemas/report.ts";
import { checkModelParity } from "../pipeline/check-parity.ts";
import { compareModelAnswers } from "../pipeline/compare-answers.ts";
import type { JobContext } from "../pipeline/job-context.ts";
import { measureModelPerplexity } from "../pipeline/measure-perplexity.ts";
import { measureModelSpeed } from "../pipeline/measure-speed.ts";
import { recordModelParity } from "../pipeline/record-parity.ts";
import { addressOf, identityOf, openContestant } from "./contestant.ts";
import { compareSpeed, type SpeedContestant } from "../pipeline/compare-speed.ts";
import { ENGINE_PREFIX } from "../../shared/schemas/engine.ts";
import { createId } from "../store/create-id.ts";
import type { JobResult } from "./job-results.ts";
import { openPackage } from "./resolve-model.ts";
import { modelId } from "./run-model-job.ts";
import type { Workbench } from "./workbench.ts";

export async function runParityRecord(workbench: Workbench, request: JobRequest<"parity.record">, context: JobContext): Promise<JobResult<"parity.record">> {
  const model = await openPackage(workbench, request.model);
  const recorded = await recordModelParity(context, { model });
  const id = modelId("package", model.digest);
  workbench.store.audit.append("parity.record", model.digest, { id, ...recorded });
  return { modelId: id, ...recorded };
}

export async function runParityCheck(workbench: Workbench, request: JobRequest<"parity.check">, context: JobContext): Promise<JobResult<"parity.check">> {
  const model = await openPackage(workbench, request.model);
  const { expected, toleranceAbsolute, chunkTokens } = request;
  return { report: keepReport(workbench, await checkModelParity(context, { model, expected, toleranceAbsolute, chunkTokens })) };
}

export async function runBenchSpeed(workbench: Workbench, request: JobRequest<"bench.speed">, context: JobContext): Promise<JobResult<"bench.speed">> {
  const model = await openPackage(workbench, request.model);
  const { promptTokens, generateTokens, runs, warmupRuns } = request;
  const threads = request.threads ?? workbench.threads;
  return { report: keepReport(workbench, await measureModelSpeed(context, { model, promptTokens, generateTokens, runs, warmupRuns, threads })) };
}

export async function runBenchCompare(workbench: Workbench, request: JobRequest<"bench.compare">, context: JobContext): Promise<JobResult<"bench.compare">> {
  const contestants: SpeedContestant[] = [];
  for (const { model, threads = workbench.threads } of request.contestants) {
    const opened = await openContestant(workbench, model);
    const identity = identityOf(opened);
    // The key is read here, in the job's own process: it stands in no request and no report.
    contestants.push(opened.kind === "package" ? { ...opened, identity, threads } : { kind: "engine", identity, engine: workbench.chatEngine, address: await addressOf(workbench, opened.engine), model: opened.engine.model });
  }
  const { workload, promptsFile, answerTokens, rounds, seed } = request;
  return { report: keepReport(workbench, await compareSpeed(context, { contestants, workload, promptsFile, answerTokens, rounds, seed })) };
}

export async function runEvalPerplexity(workbench: Workbench, request: JobRequest<"eval.perplexity">, context: JobContext): Promise<JobResult<"eval.perplexity">> {
  const model = await openPackage(workbench, request.model);
  const against = request.against === undefined ? null : await openPackage(workbench, request.against);
  const { textFile, windowTokens, maxWindows } = request;
  const threads = request.threads ?? workbench.threads;
  return { report: keepReport(workbench, await measureModelPerplexity(context, { model, against, textFile, windowTokens, maxWindows, threads })) };
}

export async function runEvalAnswers(workbench: Workbench, request: JobRequest<"eval.answers">, context: JobContext): Promise<JobResult<"eval.answers">> {
  const { threads = workbench.threads, ...rest } = request;
  const model = await openPackage(workbench, request.model);
  const against = await openPackage(workbench, request.against);
  return { report: keepReport(workbench, await compareModelAnswers(context, { ...rest, model, against, threads })) };
}

const REPORT_ACTIONS = { answers: "eval.answers", speed: "bench.speed", comparison: "bench.compare", perplexity: "eval.perplexity", parity: "parity.check" } as const satisfies Record<ReportBody["kind"], string>;

/** Stores a report and notes in the chain what was measured of which digest. */
export function keepReport(workbench: Workbench, body: ReportBody): Report {
  const { store, clock } = workbench;
  const { id: modelId, digest } = subjectOf(body);
  const report: Report = { id: createId("report", clock), modelId, createdAt: new Date(clock.now()).toISOString(), body };
  store.reports.insert(report);
  store.audit.append(REPORT_ACTIONS[body.kind], digest, { id: report.id, model: modelId, ...(body.kind === "parity" ? { passed: body.passed } : {}), ...(body.kind === "comparison" ? { contestants: body.contestants.map(({ contestant }) => contestant) } : {}) });
  return report;
}

/** A comparison is kept under its first contestant, and found under each. */
function subjectOf(body: ReportBody): { readonly id: string; readonly digest: string } {
  if (body.kind !== "comparison") return body.conditions.model;
  const contestant = body.contestants[0]?.contestant;
  if (contestant?.kind === "package") return contestant;
  const engine = `${ENGINE_PREFIX}${contestant?.name ?? ""}`;
  return { id: engine, digest: engine };
}
