import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import styles from "./benchmark.module.css";
import type { Interval } from "./speed-interval.ts";

interface IntervalChartProps {
  readonly label: string;
  readonly rows: readonly { readonly id: string; readonly name: string; readonly interval: Interval | null }[];
}

/** One bar a contestant from 0, its uncertainty as a whisker: whether two overlap is seen. The table beside it has the figures. */
export function IntervalChart({ label, rows }: IntervalChartProps): ReactNode {
  const { wizards: { benchmark: words }, format } = useLocale();
  const most = Math.max(1e-9, ...rows.map(({ interval }) => interval?.high ?? 0));
  const percent = (value: number): string => `${(value / most) * 100}%`;
  return (
    <div className={styles["chart"]} role="img" aria-label={`${label}: ${rows.map(({ name, interval }) => `${name} ${interval === null ? "–" : words.interval(format.number(interval.middle), format.number(interval.low), format.number(interval.high))}`).join("; ")}`}>
      {rows.map(({ id, name, interval }, index) => (
        <div key={id} className={styles["bar"]} data-mark={(index % 4) + 1}>
          <bdi className={styles["barName"]}>{name}</bdi>
          <span className={styles["track"]}>
            {interval !== null && <><span className={styles["fill"]} style={{ inlineSize: percent(interval.middle) }} /><span className={styles["whisker"]} style={{ insetInlineStart: percent(interval.low), inlineSize: percent(interval.high - interval.low) }} /></>}
          </span>
          <span className={styles["barFigure"]}>{interval === null ? "–" : format.number(interval.middle)}</span>
        </div>
      ))}
    </div>
  );
}
