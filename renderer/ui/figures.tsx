import type { ReactNode } from "react";
import { useLocale } from "../texts/locale.tsx";
import styles from "./figures.module.css";

/** A size in IEC units; the exact count is one hover away. */
export function Bytes({ value }: { readonly value: number | null }): ReactNode {
  const { format } = useLocale();
  return <Figure title={value === null ? undefined : `${format.count(value)} B`}>{format.bytes(value)}</Figure>;
}

/** Units of a job's work a second. */
export function Rate({ perSecond, unit }: { readonly perSecond: number | null; readonly unit: "bytes" | "tokens" | "files" | "runs" }): ReactNode {
  const { format, texts } = useLocale();
  return <Figure>{perSecond === null ? format.bytes(null) : unit === "bytes" ? `${format.bytes(Math.round(perSecond))}/s` : `${format.number(perSecond)} ${texts.jobs.unit[unit]}/${texts.units.seconds}`}</Figure>;
}

export function Time({ iso }: { readonly iso: string | null }): ReactNode {
  const written = useLocale().format.time(iso);
  const [year, month, rest] = written.split("-");
  const dash = <span className={styles["dash"]}>-</span>;
  return iso === null || rest === undefined ? <Figure>{written}</Figure> : <time dateTime={iso}><Figure>{year}{dash}{month}{dash}{rest}</Figure></time>;
}

/** A figure keeps its own direction and stays in one piece. */
export function Figure({ children, title }: { readonly children: ReactNode; readonly title?: string | undefined }): ReactNode {
  return <bdi className={styles["figure"]} title={title}>{children}</bdi>;
}

export interface KeyFigure {
  readonly name: string;
  readonly value: ReactNode;
  /** What qualifies the value: a spread, a condition, a way to find it out. */
  readonly note?: ReactNode;
}

/** The few figures a page is about, in one strip. */
export function KeyFigures({ figures }: { readonly figures: readonly KeyFigure[] }): ReactNode {
  return (
    <dl className={styles["strip"]}>
      {figures.map(({ name, value, note }) => (
        <div key={name} className={styles["cell"]}>
          <dt>{name}</dt>
          <dd className={styles["value"]}>{value}</dd>
          {note !== undefined && <dd className={styles["note"]}>{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** Name and value, one a line: for what is looked up, not compared. */
export function FieldList({ fields }: { readonly fields: readonly { readonly name: string; readonly value: ReactNode; readonly note?: ReactNode }[] }): ReactNode {
  return (
    <dl className={styles["fields"]}>
      {fields.map(({ name, value, note }) => (
        <div key={name} className={styles["field"]}>
          <dt>{name}</dt>
          <dd>{value}{note !== undefined && <div className={styles["note"]}>{note}</div>}</dd>
        </div>
      ))}
    </dl>
  );
}
