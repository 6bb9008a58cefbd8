import type { Model } from "../../../shared/schemas/model.ts";
import type { Report, SpeedReport } from "../../../shared/schemas/report.ts";
import { useMachine, useReports } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated } from "../../texts/shown-text.ts";
import type { Consequence } from "../frame/consequences.tsx";
import { type BenchmarkState, interleaved } from "./benchmark-state.ts";

export function useBenchmarkConsequences(state: BenchmarkState, contestants: readonly Model[]): readonly Consequence[] {
  const { wizards: { benchmark: words }, format } = useLocale();
  const reports = useReports().data ?? [];
  const machine = useMachine().data;
  const earlier = contestants.map(({ id }) => lastSpeed(id, reports));
  const seconds = earlier.map((report) => (report === null ? null : secondsOf(report, state)));
  const isTimed = contestants.length > 0 && seconds.every((one) => one !== null);
  const largest = contestants.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const usable = machine?.memory.usableBytes ?? null;
  const known = contestants.filter((_, index) => earlier[index] !== null).map(({ name }) => isolated(name));
  const earlierNote = known.length === 0 ? words.noEarlier : words.earlierOf(format.list(known));
  return [
    { name: words.jobs, value: contestants.length === 0 ? null : format.count(interleaved(state.models).length), note: words.jobsWhat },
    { name: words.runsEach, value: contestants.length === 0 ? null : format.count(state.runs * 2), note: words.runsWhat },
    { name: words.time, value: isTimed ? words.about(format.duration(seconds.reduce<number>((sum, one) => sum + (one ?? 0), 0) * 2)) : null, note: isTimed ? words.timeFrom : words.timeUnknown },
    { name: words.memoryNeeded, value: largest === 0 ? null : words.atLeast(format.bytes(largest)), tone: usable !== null && largest > usable ? "bad" : undefined, note: usable === null ? words.memoryWhat : words.memoryOf(format.bytes(usable)) },
    { name: words.earlier, value: earlier.some((report) => report !== null) ? format.list(earlier.flatMap((report) => (report === null ? [] : words.tokensPerSecond(format.withError(report.decodeTokensPerSecond.median, report.decodeTokensPerSecond.medianAbsoluteDeviation))))) : null, note: earlierNote },
    { name: words.loss, value: null, note: words.lossWhat },
  ];
}

function lastSpeed(model: string, reports: readonly Report[]): SpeedReport | null {
  const bodies = reports.filter(({ modelId }) => modelId === model).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).flatMap(({ body }) => (body.kind === "speed" ? [body] : []));
  return bodies[0] ?? null;
}

/** One job: loading, one run to warm up, the runs. */
function secondsOf({ loadMs, prefillTokensPerSecond, decodeTokensPerSecond }: SpeedReport, { promptTokens, generateTokens, runs }: BenchmarkState): number {
  return loadMs / 1000 + (runs + 1) * (promptTokens / prefillTokensPerSecond.median + generateTokens / decodeTokensPerSecond.median);
}
