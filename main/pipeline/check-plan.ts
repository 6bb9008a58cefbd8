import { z } from "zod";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import { Plan, PLAN_FORMAT_VERSION, type PlanCheck } from "../../shared/schemas/plan.ts";
import type { Files } from "../domain/files.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { JobContext } from "./job-context.ts";
import { measureModelSpeed } from "./measure-speed.ts";
import { plannedModelAt } from "./plan-model.ts";

/** A plan of all engines with every way weighed is some hundred kilobytes. */
const MAX_PLAN_BYTES = 16 << 20;
/** What is generated, as far as the context allows; and the longest prompt: a plan for 128k tokens is checked in minutes, not hours. */
const GENERATE_TOKENS = 64;
const MOST_PROMPT_TOKENS = 2048;
const RUNS = 3;
const WARMUP_RUNS = 1;

/** @throws plan.fileInvalid, plan.newerFormat, files.readFailed */
export async function readPlan(files: Files, file: string): Promise<Plan> {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(await files.readAll(file, MAX_PLAN_BYTES)));
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    throw new WorkbenchError("plan.fileInvalid", { file, reason: `not JSON: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause });
  }
  const version = typeof document === "object" && document !== null && "formatVersion" in document ? document.formatVersion : undefined;
  if (typeof version === "number" && version > PLAN_FORMAT_VERSION) throw new WorkbenchError("plan.newerFormat", { file, found: version, supported: PLAN_FORMAT_VERSION });
  const parsed = Plan.safeParse(document);
  if (!parsed.success) throw new WorkbenchError("plan.fileInvalid", { file, reason: z.prettifyError(parsed.error).replaceAll("\n", " ").slice(0, 500) });
  return parsed.data;
}

/** Whether a plan can be tried here at all: made for this machine, of a package, and fitting. @throws plan.notCheckable with the reason */
export function requireCheckable(plan: Plan, machine: Machine, file: string): void {
  const refuse = (reason: string): never => {
    throw new WorkbenchError("plan.notCheckable", { file, reason });
  };
  if (plan.model.source !== "package" || plan.model.digest === null) refuse("notPackage");
  const cpu = plan.machine.pools.find(({ kind }) => kind === "cpu");
  if (plan.machine.how !== "live") refuse("notLive");
  if (cpu?.label !== (machine.cpu.model ?? machine.cpu.vendor ?? "CPU").slice(0, 256)) refuse("otherMachine");
  const option = plan.options.find(({ engine }) => engine === "onnx");
  if (option === undefined) refuse("noEmbedded");
  if (option?.verdict.kind === "doesNotFit" || option?.verdict.kind === "cannotRun") refuse("doesNotFit");
}

export interface CheckPlan {
  readonly plan: Plan;
  readonly model: ModelPackage;
  /** As it is now: the plan's own bandwidth may be hours old, and other programs' load with it. */
  readonly machine: Machine;
  readonly threads: number;
}

/** Predicts one sequence as far as the plan's context goes, runs it, and answers with both. Predictions are as the formulas give them, without what earlier checks taught. */
export async function checkPlan(context: Pick<JobContext, "files" | "clock" | "onProgress" | "signal" | "createEngine">, { plan, model, machine, threads }: CheckPlan): Promise<Omit<PlanCheck, "id" | "createdAt">> {
  const option = plan.options.find(({ engine }) => engine === "onnx");
  const planned = option?.arrangement?.contextTokens ?? plan.goal.contextTokens;
  const generateTokens = Math.max(2, Math.min(GENERATE_TOKENS, Math.floor(planned / 2)));
  const promptTokens = Math.max(1, Math.min(MOST_PROMPT_TOKENS, planned - generateTokens));
  const contextTokens = promptTokens + generateTokens;
  const predicted = makePlan({
    model: await plannedModelAt(context.files, model.directory, model.manifest.name), machine: withThreads(machine, threads), figures: plan.figures, records: [], nowMs: context.clock.now(),
    goal: { contextTokens, concurrency: 1, nodes: 1, preference: plan.goal.preference, engines: ["onnx"] },
  }).options[0]?.arrangement;
  const speed = predicted?.speed;
  if (predicted == null || speed == null) throw new WorkbenchError("plan.notCheckable", { file: plan.model.name, reason: "noPrediction" });
  const report = await measureModelSpeed(context, { model, promptTokens, generateTokens, runs: RUNS, warmupRuns: WARMUP_RUNS, threads });
  return {
    engine: "onnx", machine: predicted.devices.label, model: model.manifest.name, digest: model.digest, precision: predicted.precision.name, promptTokens, generateTokens,
    decodeTokensPerSecond: { predicted: speed.decodeTokensPerSecond.value, measured: report.decodeTokensPerSecond.median },
    prefillTokensPerSecond: { predicted: speed.prefillTokensPerSecond.value, measured: report.prefillTokensPerSecond.median },
    peakResidentBytes: report.peakResidentBytes === null ? null : { predicted: predicted.memory.usedBytes, measured: report.peakResidentBytes },
  };
}

const withThreads = (machine: Machine, threads: number): Machine => ({ ...machine, cpu: { ...machine.cpu, usableThreads: threads } });
