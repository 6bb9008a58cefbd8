import { useComputedColorScheme } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useLocale } from "../texts/locale.tsx";
import styles from "./chart.module.css";
import type { ChartDrawing } from "./draw-chart.ts";

export interface ChartAxis {
  readonly name: string;
  readonly kind: "linear" | "log";
  readonly write: (value: number) => string;
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly name?: string;
  /** Half the length of an error bar, in units of its axis. */
  readonly xError?: number;
  readonly yError?: number;
  readonly radiusPx?: number;
  readonly isRinged?: boolean;
}

export interface ChartSeries {
  readonly kind: "line" | "scatter";
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

export interface ChartOptions {
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly ChartSeries[];
}

interface ChartProps {
  readonly label: string;
  readonly options: ChartOptions;
  readonly heightPx: number;
}

/** A drawing of figures that stand in a table beside it: whoever cannot see it loses nothing. The drawing library is loaded with the first chart. */
export function Chart({ label, options, heightPx }: ChartProps): ReactNode {
  const canvas = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  const { direction } = useLocale();
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, which changes with the scheme
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    let drawing: ChartDrawing | null = null;
    let isGone = false;
    void import("./draw-chart.ts").then(({ drawChart }) => {
      if (!isGone) drawing = drawChart(element, options, direction);
    });
    const resized = new ResizeObserver(() => drawing?.resize());
    resized.observe(element);
    return () => {
      isGone = true;
      resized.disconnect();
      drawing?.dispose();
    };
  }, [options, scheme, direction]);
  return <div ref={canvas} role="img" aria-label={label} className={styles["chart"]} style={{ height: heightPx }} />;
}
