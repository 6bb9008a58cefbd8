import type { Model } from "../../../shared/schemas/model.ts";
import type { PerplexityReport, Report, SpeedReport } from "../../../shared/schemas/report.ts";
import { WORKLOADS } from "../../../shared/schemas/workload.ts";
import { useMachine, useReports } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated } from "../../texts/shown-text.ts";
import type { Consequence } from "../frame/consequences.tsx";
import type { BenchmarkState } from "./benchmark-state.ts";

/** @param prompts in the chosen file; null: not known */
export function useBenchmarkConsequences(state: BenchmarkState, packages: readonly Model[], prompts: number | null): readonly Consequence[] {
  const { wizards: { benchmark: words, quantize }, format } = useLocale();
  const reports = useReports().data ?? [];
  const machine = useMachine().data;
  const { models, rounds, workload } = state;
  const asked = workload === "own" ? prompts : 1;
  const speeds = packages.map(({ id }) => newest(id, reports, "speed"));
  const isTimed = workload !== "own" && packages.length > 0 && packages.length === models.length && speeds.every((one) => one !== null);
  const neededBytes = packages.reduce((sum, { bytes }) => sum + bytes, 0);
  const usable = machine?.memory.usableBytes ?? null;
  const losses = packages.flatMap((model) => {
    const loss = newest(model.id, reports, "perplexity");
    return loss === null ? [] : `${isolated(model.name)}: ${loss.against === null ? quantize.perplexityOf(format.withError(loss.perplexity, loss.perplexityStandardError)) : quantize.nats(format.withError(loss.against.klMean.mean, loss.against.klMean.standardError))}`;
  });
  return [
    { name: words.answers, value: models.length === 0 || asked === null ? null : format.count(models.length * rounds * asked), note: asked === null ? words.answersUnknown : words.answersWhat(format.count(rounds), format.count(asked)) },
    { name: words.time, value: isTimed ? words.about(format.duration(speeds.reduce((sum, speed) => sum + (speed === null ? 0 : secondsOf(speed, workload as keyof typeof WORKLOADS, rounds)), 0))) : null, note: isTimed ? words.timeFrom : words.timeUnknown },
    { name: words.memoryNeeded, value: neededBytes === 0 ? null : words.atLeast(format.bytes(neededBytes)), note: usable === null ? words.memoryWhat : neededBytes > usable ? words.memoryReloaded(format.bytes(usable)) : words.memoryKept(format.bytes(usable)) },
    { name: words.loss, value: losses.length === 0 ? null : losses.join(" · "), note: losses.length === 0 ? words.lossUnknown : words.lossWhat },
  ];
}

function newest<K extends "speed" | "perplexity">(model: string, reports: readonly Report[], kind: K): (K extends "speed" ? SpeedReport : PerplexityReport) | null {
  const found = reports.filter(({ modelId, body }) => modelId === model && body.kind === kind).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
  return (found?.body ?? null) as (K extends "speed" ? SpeedReport : PerplexityReport) | null;
}

/** Loading, one round to warm up, the rounds. */
function secondsOf({ loadMs, prefillTokensPerSecond, decodeTokensPerSecond }: SpeedReport, workload: keyof typeof WORKLOADS, rounds: number): number {
  const { promptTokens, answerTokens } = WORKLOADS[workload];
  return loadMs / 1000 + (rounds + 1) * (promptTokens / prefillTokensPerSecond.median + answerTokens / decodeTokensPerSecond.median);
}
