import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Distribution, SpeedReport } from "../../../shared/schemas/report.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated } from "../../texts/shown-text.ts";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { NextSteps } from "../frame/next-steps.tsx";
import styles from "./benchmark.module.css";
import { type Comparison, compareIntervals } from "./compare-intervals.ts";
import { IntervalChart } from "./interval-chart.tsx";
import { type Interval, speedInterval } from "./speed-interval.ts";

export interface Contestant {
  readonly id: string;
  readonly name: string;
  /** One a round. */
  readonly reports: readonly SpeedReport[];
}

type Measure = "decode" | "prefill";
const MEASURES = { decode: (report: SpeedReport): Distribution => report.decodeTokensPerSecond, prefill: (report: SpeedReport): Distribution => report.prefillTokensPerSecond } as const satisfies Record<Measure, (report: SpeedReport) => Distribution>;

export function VerdictStep({ contestants, onRestart }: { readonly contestants: readonly Contestant[]; readonly onRestart: () => void }): ReactNode {
  const { wizards: { benchmark: words } } = useLocale();
  const navigate = useNavigate();
  return (
    <>
      {(["decode", "prefill"] as const).map((measure) => <Verdict key={measure} measure={measure} contestants={contestants} />)}
      <Table contestants={contestants} />
      <p className={styles["soft"]}>{words.method}</p>
      <NextSteps>
        <Button variant="filled" onClick={() => void navigate({ to: "/reports" })}>{words.toReports}</Button>
        <Button onClick={onRestart}>{words.another}</Button>
      </NextSteps>
    </>
  );
}

function Verdict({ measure, contestants }: { readonly measure: Measure; readonly contestants: readonly Contestant[] }): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const intervals = contestants.map(({ reports }) => speedInterval(reports.map(MEASURES[measure])));
  const nameOf = (index: number): string => isolated(contestants[index]?.name ?? "");
  const say = (comparison: Comparison): string => {
    if (comparison.kind === "unknown") return words.tooFew;
    if (comparison.kind === "same") return words.same(nameOf(comparison.first), nameOf(comparison.second));
    return words.faster(nameOf(comparison.winner), nameOf(comparison.loser), format.number(comparison.low), format.number(comparison.high));
  };
  return (
    <section className={styles["verdict"]}>
      <h3>{words.measures[measure]}</h3>
      {compareIntervals(intervals).map((comparison) => say(comparison)).map((sentence) => <p key={sentence} className={styles["words"]}>{sentence}</p>)}
      <IntervalChart label={words.measures[measure]} rows={contestants.map(({ id, name }, index) => ({ id, name, interval: intervals[index] ?? null }))} />
    </section>
  );
}

/** The charts' figures, each with its interval below it. */
function Table({ contestants }: { readonly contestants: readonly Contestant[] }): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  return (
    <table className={styles["table"]} aria-label={words.table}>
      <thead><tr><th scope="col">{words.contestant}</th><th scope="col">{words.measures.decode}</th><th scope="col">{words.measures.prefill}</th><th scope="col">{words.firstToken}</th><th scope="col">{words.memory}</th><th scope="col">n</th></tr></thead>
      <tbody>
        {contestants.map(({ id, name, reports }) => (
          <tr key={id}>
            <td><bdi>{name}</bdi></td>
            <Spread interval={speedInterval(reports.map(MEASURES.decode))} write={format.number} />
            <Spread interval={speedInterval(reports.map(MEASURES.prefill))} write={format.number} />
            <Spread interval={speedInterval(reports.map(({ timeToFirstTokenMs }) => timeToFirstTokenMs))} write={format.milliseconds} />
            <td><Bytes value={peakOf(reports)} /></td>
            <td>{format.count(reports.reduce((sum, { decodeTokensPerSecond }) => sum + decodeTokensPerSecond.n, 0))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Spread({ interval, write }: { readonly interval: Interval | null; readonly write: (value: number) => string }): ReactNode {
  const { wizards: { plan: words } } = useLocale();
  if (interval === null) return <td>–</td>;
  return <td><Figure>{write(interval.middle)}</Figure><span className={styles["range"]}><Figure>{words.range(write(interval.low), write(interval.high))}</Figure></span></td>;
}

function peakOf(reports: readonly SpeedReport[]): number | null {
  const peaks = reports.flatMap(({ peakResidentBytes }) => peakResidentBytes ?? []);
  return peaks.length === 0 ? null : Math.max(...peaks);
}
