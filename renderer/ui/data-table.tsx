import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useLocale } from "../texts/locale.tsx";
import styles from "./data-table.module.css";

export interface DataColumn<Row> {
  readonly id: string;
  readonly title: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand at the end, so that their digits line up. */
  readonly align?: "end";
  /** A track of CSS grid: "minmax(120px, 2fr)". */
  readonly width?: string;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly DataColumn<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly selectedKey?: string | null;
  /** The last rows that are there are near what is seen; whoever has more of them gets them now. */
  readonly onEnd?: () => void;
  /** Fills the height it is given and scrolls inside; otherwise as tall as its rows. */
  readonly fills?: boolean;
}

const ROW_PX = 32;
/** Below this every row is there, and the page's own search finds it. */
const VIRTUAL_FROM = 200;
const NEAR_END = 40;

/**
 * Rows of one height. Arrow keys, Home, End and Page move, Enter opens. Long ones draw only what is seen: ten thousand rows scroll as ten do.
 */
export function DataTable<Row>({ label, rows, columns, keyOf, onOpen, onEnd, selectedKey = null, fills = false }: DataTableProps<Row>): ReactNode {
  const { direction } = useLocale();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [isMoving, setMoving] = useState(false);
  const isVirtual = rows.length >= VIRTUAL_FROM;
  const virtualizer = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12, enabled: isVirtual, scrollPaddingStart: ROW_PX });
  const template = columns.map(({ width }) => width ?? "minmax(64px, 1fr)").join(" ");
  const current = Math.min(active, Math.max(0, rows.length - 1));

  const lastDrawn = isVirtual ? (virtualizer.getVirtualItems().at(-1)?.index ?? 0) : rows.length - 1;
  useEffect(() => {
    if (lastDrawn >= rows.length - NEAR_END) onEnd?.();
  }, [lastDrawn, rows.length, onEnd]);

  useEffect(() => {
    if (!isMoving) return;
    if (isVirtual) virtualizer.scrollToIndex(current);
    // The row may be drawn only after scrolling.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${current}"]`)?.focus({ preventScroll: isVirtual }));
    setMoving(false);
  }, [current, isMoving, isVirtual, virtualizer]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target instanceof HTMLElement && event.target.closest("button, a, input") !== null) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW_PX * 10) / ROW_PX) - 1);
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      setActive(Math.min(rows.length - 1, Math.max(0, to)));
      setMoving(true);
    } else if (event.key === "Enter" || event.key === " ") {
      const row = rows[current];
      if (row === undefined || onOpen === undefined) return;
      event.preventDefault();
      onOpen(row);
    }
  };

  const drawRow = (row: Row, index: number, offsetPx: number | null): ReactNode => {
    const key = keyOf(row);
    return (
      <div
        key={key} role="row" aria-rowindex={index + 2} data-index={index} tabIndex={index === current ? 0 : -1} className={styles["row"]} data-opens={onOpen !== undefined} data-virtual={offsetPx !== null}
        aria-current={key === selectedKey ? "true" : undefined} style={{ gridTemplateColumns: template, ...(offsetPx === null ? {} : { transform: `translateY(${offsetPx}px)` }) }}
        onFocus={() => setActive(index)} onClick={() => onOpen?.(row)} onKeyDown={onKeyDown}
      >
        {columns.map(({ id, cell, align }) => <div key={id} role="cell" className={styles["cell"]} data-align={align}>{cell(row)}</div>)}
      </div>
    );
  };

  return (
    <div className={styles["scroller"]} ref={scroller} data-fills={fills} dir={direction}>
      <div role="table" aria-label={label} aria-rowcount={rows.length + 1} className={styles["table"]}>
        <div role="rowgroup" className={styles["head"]}>
          <div role="row" aria-rowindex={1} className={styles["headRow"]} style={{ gridTemplateColumns: template }}>
            {columns.map(({ id, title, align }) => <div key={id} role="columnheader" className={styles["cell"]} data-align={align}>{title}</div>)}
          </div>
        </div>
        <div role="rowgroup" className={styles["body"]} style={isVirtual ? { height: virtualizer.getTotalSize() } : {}}>
          {isVirtual
            ? virtualizer.getVirtualItems().map(({ index, start }) => (rows[index] === undefined ? null : drawRow(rows[index], index, start)))
            : rows.map((row, index) => drawRow(row, index, null))}
        </div>
      </div>
    </div>
  );
}
