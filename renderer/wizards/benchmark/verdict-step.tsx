import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Distribution, SpeedReport } from "../../../shared/schemas/report.ts";
import { useLocale } from "../../texts/locale.tsx";
import { isolated } from "../../texts/shown-text.ts";
import { type DataColumn, DataTable } from "../../ui/data-table.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { NextSteps } from "../frame/next-steps.tsx";
import styles from "./benchmark.module.css";
import { compareIntervals } from "./compare-intervals.ts";
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
  return (
    <section className={styles["verdict"]}>
      <h3>{words.measures[measure]}</h3>
      {compareIntervals(intervals).map((comparison, index) => (
        <p key={index} className={styles["words"]}>
          {comparison.kind === "unknown" ? words.tooFew
            : comparison.kind === "same" ? words.same(nameOf(comparison.first), nameOf(comparison.second))
            : words.faster(nameOf(comparison.winner), nameOf(comparison.loser), format.number(comparison.low), format.number(comparison.high))}
        </p>
      ))}
      <IntervalChart label={words.measures[measure]} rows={contestants.map(({ id, name }, index) => ({ id, name, interval: intervals[index] ?? null }))} />
    </section>
  );
}

function Table({ contestants }: { readonly contestants: readonly Contestant[] }): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const spread = (interval: Interval | null): ReactNode => (interval === null ? "–" : <Figure>{words.interval(format.number(interval.middle), format.number(interval.low), format.number(interval.high))}</Figure>);
  const of = (contestant: Contestant, pick: (report: SpeedReport) => Distribution): Interval | null => speedInterval(contestant.reports.map(pick));
  const columns: DataColumn<Contestant>[] = [
    { id: "name", title: words.contestant, width: "minmax(140px, 1.6fr)", cell: ({ name }) => <bdi>{name}</bdi> },
    { id: "decode", title: words.measures.decode, align: "end", width: "minmax(150px, 1fr)", cell: (row) => spread(of(row, MEASURES.decode)) },
    { id: "prefill", title: words.measures.prefill, align: "end", width: "minmax(150px, 1fr)", cell: (row) => spread(of(row, MEASURES.prefill)) },
    { id: "first", title: words.firstToken, align: "end", width: "96px", cell: (row) => <Figure>{format.milliseconds(of(row, ({ timeToFirstTokenMs }) => timeToFirstTokenMs)?.middle ?? null)}</Figure> },
    { id: "memory", title: words.memory, align: "end", width: "88px", cell: ({ reports }) => <Bytes value={peakOf(reports)} /> },
    { id: "n", title: "n", align: "end", width: "40px", cell: (row) => <Figure>{format.count(of(row, MEASURES.decode)?.runs ?? 0)}</Figure> },
  ];
  return <DataTable label={words.table} rows={contestants} columns={columns} keyOf={({ id }) => id} />;
}

function peakOf(reports: readonly SpeedReport[]): number | null {
  const peaks = reports.flatMap(({ peakResidentBytes }) => peakResidentBytes ?? []);
  return peaks.length === 0 ? null : Math.max(...peaks);
}
