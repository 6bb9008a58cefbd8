import { useComputedColorScheme } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useLocale } from "../texts/locale.tsx";
import type { ChartOptions } from "./chart-options.ts";
import styles from "./chart.module.css";
import type { ChartDrawing } from "./draw-chart.ts";

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
