import { useQueries } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";
import { useClient } from "../../client-context.ts";
import { SUBJECTS, useModels } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { Consequences } from "../frame/consequences.tsx";
import { useJobSequence } from "../frame/use-job-sequence.ts";
import { useWizardState } from "../frame/use-wizard-state.ts";
import { Wizard } from "../frame/wizard.tsx";
import { BENCHMARK_STEPS, interleaved, readBenchmarkState } from "./benchmark-state.ts";
import { ContestantsStep } from "./contestants-step.tsx";
import { RunStep } from "./run-step.tsx";
import { speedReportOf } from "./speed-report-of.ts";
import { useBenchmarkConsequences } from "./use-benchmark-consequences.ts";
import { type Contestant, VerdictStep } from "./verdict-step.tsx";
import { WorkloadStep } from "./workload-step.tsx";

/** Two to four packages → a workload → jobs in AB, BA order → a verdict in words. */
export function BenchmarkWizard(): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const { state, set, go, restart } = useWizardState(readBenchmarkState);
  const { models, promptTokens, generateTokens, runs, jobs } = state;
  const known = useModels().data ?? [];
  const contestants = models.flatMap((id) => known.find((model) => model.id === id && model.kind === "package") ?? []);
  const names = namesOf(contestants);
  const order = interleaved(models);
  const mostTokens = useMostTokens(models);
  const onStarted = useCallback((ids: readonly string[]) => set({ jobs: ids, step: "run" }), [set]);
  const sequence = useJobSequence({ ids: jobs, onStarted, steps: order.map(({ model }) => ({ kind: "bench.speed" as const, request: { model, promptTokens, generateTokens, runs } })) });
  const consequences = useBenchmarkConsequences(state, contestants);

  const isReady = contestants.length === models.length && models.length >= 2;
  const isTooLong = mostTokens !== null && promptTokens + generateTokens > mostTokens;
  const step = jobs.length === 0 ? (state.step === "workload" && isReady ? "workload" : "contestants") : sequence.isDone ? "verdict" : "run";
  const why = step === "contestants" ? (isReady ? null : words.whyContestants) : isTooLong ? words.tooLong(format.count(mostTokens)) : null;
  const again = (): void => restart({ models, step: "workload", workload: state.workload, ...(state.workload === "own" ? { promptTokens, generateTokens, runs } : {}) });
  const measured: Contestant[] = models.map((id) => ({
    id, name: names.get(id) ?? id, reports: sequence.jobs.flatMap((job, place) => (order[place]?.model === id ? speedReportOf(job) ?? [] : [])),
  }));

  return (
    <Wizard
      title={words.title} lead={words.lead} steps={BENCHMARK_STEPS.map((id) => ({ id, title: words.steps[id] }))} current={step} reachable={isReady ? 2 : 1} phase={jobs.length === 0 ? "choosing" : sequence.isDone ? "done" : "working"} onStep={(id) => go({ step: id })}
      leaveTo="/reports" consequences={<Consequences items={consequences} />}
      commands={[...new Set(models)].map((id) => ["bench", "speed", id, "--prompt", String(promptTokens), "--generate", String(generateTokens), "--runs", String(runs)])}
      next={step === "run" || step === "verdict" ? null : { why, isBusy: sequence.isStarting, ...(step === "workload" ? { label: words.start } : {}), onNext: () => (step === "contestants" ? go({ step: "workload" }) : sequence.begin()) }}
    >
      {step === "contestants" && <ContestantsStep models={models} onModels={(chosen) => set({ models: chosen })} />}
      {step === "workload" && <WorkloadStep state={state} names={names} mostTokens={mostTokens} onChange={set} />}
      {step === "run" && <RunStep order={order} names={names} sequence={sequence} onRestart={again} />}
      {step === "verdict" && <VerdictStep contestants={measured} onRestart={again} />}
    </Wizard>
  );
}

/** Names may be alike; then the id tells them apart. */
function namesOf(contestants: readonly { readonly id: string; readonly name: string }[]): ReadonlyMap<string, string> {
  const isAlike = new Set(contestants.map(({ name }) => name)).size < contestants.length;
  return new Map(contestants.map(({ id, name }) => [id, isAlike ? `${shownText(name, 60)} (${id})` : shownText(name, 80)]));
}

/** As far as the shortest of them goes. */
function useMostTokens(models: readonly string[]): number | null {
  const client = useClient();
  const answers = useQueries({ queries: models.map((model) => ({ queryKey: [SUBJECTS.models, "inspect", model], queryFn: ({ signal }: { readonly signal: AbortSignal }) => client.model.inspect({ model }, { signal }) })) });
  const positions = answers.map(({ data }) => data?.spec.maxPositions);
  return positions.length === 0 || positions.some((most) => most === undefined) ? null : Math.min(...positions.map((most) => most ?? 0));
}
