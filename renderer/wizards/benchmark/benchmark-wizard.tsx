import { useQueries } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ENGINE_PREFIX } from "../../../shared/schemas/engine.ts";
import { Report } from "../../../shared/schemas/report.ts";
import { WORKLOADS } from "../../../shared/schemas/workload.ts";
import { useClient } from "../../client-context.ts";
import { recordAt } from "../../job-subject.ts";
import { SUBJECTS, useEngines, useJobAction, useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Consequences } from "../frame/consequences.tsx";
import { useJob } from "../frame/use-job.ts";
import { useWizardState } from "../frame/use-wizard-state.ts";
import { Wizard } from "../frame/wizard.tsx";
import { BENCHMARK_STEPS, benchmarkCommand, readBenchmarkState } from "./benchmark-state.ts";
import { ContestantsStep } from "./contestants-step.tsx";
import { RunStep } from "./run-step.tsx";
import { useBenchmarkConsequences } from "./use-benchmark-consequences.ts";
import { usePromptsPreview } from "./use-prompts-preview.ts";
import { VerdictStep } from "./verdict-step.tsx";
import { WorkloadStep } from "./workload-step.tsx";

/** Two to four contestants → a workload or prompts → one job that asks them by turns → a verdict in words. */
export function BenchmarkWizard(): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const { state, set, go, restart } = useWizardState(readBenchmarkState);
  const { models, workload, prompts, answerTokens, rounds, job } = state;
  const known = useModels().data ?? [];
  const engines = useEngines().data ?? [];
  const packages = models.flatMap((id) => known.find((model) => model.id === id && model.kind === "package") ?? []);
  const isKnown = (reference: string): boolean => (reference.startsWith(ENGINE_PREFIX) ? engines.some(({ name }) => `${ENGINE_PREFIX}${name}` === reference) : packages.some(({ id }) => id === reference));
  const names = models.map((reference) => shownText(packages.find(({ id }) => id === reference)?.name ?? reference, 80));
  const mostTokens = useMostTokens(packages.map(({ id }) => id));
  const preview = usePromptsPreview(workload === "own" ? prompts : "");
  const found = useJob(job);
  const start = useJobAction((client, _: null) => client.benchmark.compare({ contestants: models.map((model) => ({ model })), rounds, ...(workload === "own" ? { promptsFile: prompts, answerTokens } : { workload }) }));
  const consequences = useBenchmarkConsequences(state, packages, preview.data?.count ?? null);

  const isReady = models.length >= 2 && models.every(isKnown);
  const body = found.job?.state === "done" ? Report.safeParse(recordAt(found.job.result, "report")).data : undefined;
  const step = job === "" ? (state.step === "workload" && isReady ? "workload" : "contestants") : body === undefined ? "run" : "verdict";
  const isTooLong = workload !== "own" && mostTokens !== null && WORKLOADS[workload].promptTokens + WORKLOADS[workload].answerTokens > mostTokens;
  const whyWorkload = workload === "own" && preview.data === undefined ? words.whyPrompts : isTooLong ? words.tooLong(format.count(mostTokens)) : null;
  const again = (): void => restart({ ...state, step: "workload", job: "" });

  return (
    <Wizard
      title={words.title} lead={words.lead} steps={BENCHMARK_STEPS.map((id) => ({ id, title: words.steps[id] }))} current={step} reachable={isReady ? 2 : 1} phase={job === "" ? "choosing" : step === "verdict" ? "done" : "working"} onStep={(id) => go({ step: id })}
      leaveTo="/reports" consequences={<Consequences items={consequences} />} commands={isReady && (workload !== "own" || prompts !== "") ? [benchmarkCommand(state)] : []}
      next={step === "run" || step === "verdict" ? null : { why: step === "contestants" ? (isReady ? null : words.whyContestants) : whyWorkload, isBusy: start.isPending, ...(step === "workload" ? { label: words.start } : {}), onNext: () => (step === "contestants" ? go({ step: "workload" }) : start.mutate(null, { onSuccess: ({ id }) => set({ job: id, step: "run" }) })) }}
    >
      {step === "contestants" && <ContestantsStep models={models} engines={engines} onModels={(chosen) => set({ models: chosen })} />}
      {step === "workload" && <WorkloadStep state={state} mostTokens={mostTokens} preview={preview} onChange={set} />}
      {step === "run" && <RunStep found={found} names={names} onRestart={again} />}
      {step === "verdict" && body?.body.kind === "comparison" && <VerdictStep report={body} body={body.body} onRestart={again} />}
      {start.error !== null && <ErrorPanel error={start.error} />}
    </Wizard>
  );
}

/** As far as the shortest of the packages goes. */
function useMostTokens(models: readonly string[]): number | null {
  const client = useClient();
  const answers = useQueries({ queries: models.map((model) => ({ queryKey: [SUBJECTS.models, "inspect", model], queryFn: ({ signal }: { readonly signal: AbortSignal }) => client.model.inspect({ model }, { signal }) })) });
  const positions = answers.map(({ data }) => data?.spec.maxPositions);
  return positions.length === 0 || positions.some((most) => most === undefined) ? null : Math.min(...positions.map((most) => most ?? 0));
}
