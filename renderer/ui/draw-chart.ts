import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { ChartAxis, ChartOptions, ChartPoint } from "./chart-options.ts";

// The renderer for SVG writes style attributes, which a strict content policy refuses; canvas does not.
use([LineChart, ScatterChart, CustomChart, GridComponent, TooltipComponent, LegendComponent, CanvasRenderer]);

export interface ChartDrawing {
  resize(): void;
  dispose(): void;
}

/** Draws into an element, in the colours the page has at this moment. */
export function drawChart(element: HTMLElement, { x, y, series }: ChartOptions, direction: "ltr" | "rtl"): ChartDrawing {
  const page = getComputedStyle(document.documentElement);
  const colour = (name: string): string => page.getPropertyValue(name).trim();
  const chart = init(element, null, { renderer: "canvas" });
  const text = { color: colour("--ink-soft"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 11 };
  const axis = ({ name, kind, write }: ChartAxis, place: "x" | "y"): object => ({
    type: kind === "log" ? "log" : "value", logBase: 2, name, nameLocation: "middle", nameGap: place === "x" ? 24 : 44, scale: kind === "linear", ...(series.some((one) => one.kind === "scatter") ? { boundaryGap: ["5%", "5%"] } : {}),
    nameTextStyle: text, axisLabel: { ...text, formatter: write, hideOverlap: true }, axisLine: { show: true, lineStyle: { color: colour("--line-strong") } },
    splitLine: { lineStyle: { color: colour("--grid-line") } }, minorSplitLine: { show: false }, axisTick: { lineStyle: { color: colour("--line-strong") } },
  });
  chart.setOption({
    animation: false,
    color: ["--mark-1", "--mark-2", "--mark-3", "--mark-4", "--mark-5", "--mark-6"].map(colour),
    textStyle: text,
    grid: { left: y.name === "" ? 8 : 28, right: 24, top: series.length > 1 ? 36 : 24, bottom: x.name === "" ? 8 : 28, containLabel: true },
    legend: { show: series.length > 1, top: 0, left: direction === "rtl" ? "right" : "left", textStyle: { ...text, color: colour("--ink") }, itemHeight: 8, itemWidth: 16 },
    // The other mode writes HTML, names and all.
    tooltip: { renderMode: "richText", trigger: "item", backgroundColor: colour("--surface"), borderColor: colour("--line-strong"), textStyle: { ...text, color: colour("--ink") }, formatter: ({ seriesName, data }: { seriesName?: string; data: { point: ChartPoint } }) => `${data.point.name ?? seriesName ?? ""}\n${x.write(data.point.x)}${x.name === "" ? "" : ` ${x.name}`}\n${y.write(data.point.y)}${y.name === "" ? "" : ` ${y.name}`}` },
    xAxis: axis(x, "x"),
    yAxis: axis(y, "y"),
    series: series.flatMap(({ kind, name, points }, index) => [
      {
        name, type: kind, symbol: "circle", showSymbol: true, symbolSize: (_value: unknown, { data }: { data: { point: ChartPoint } }) => (data.point.radiusPx ?? 3) * 2, lineStyle: { width: 2 },
        data: points.map((point) => ({ value: [point.x, point.y], point, itemStyle: point.isRinged === true ? { borderColor: colour("--ink"), borderWidth: 2 } : { borderWidth: 0 } })),
        label: { show: kind === "scatter", position: "top", distance: 4, formatter: ({ data }: { data: { point: ChartPoint } }) => data.point.name ?? "", color: colour("--ink"), fontSize: 11, overflow: "truncate", width: 180 },
        labelLayout: { hideOverlap: true, moveOverlap: "shiftY" }, z: 3,
      },
      ...(points.some(({ xError, yError }) => xError !== undefined || yError !== undefined) ? [errorBars(points, colour(`--mark-${(index % 6) + 1}`))] : []),
    ]),
  });
  return { resize: () => chart.resize(), dispose: () => chart.dispose() };
}

interface CustomApi {
  coord(point: readonly number[]): [number, number];
}

/** A cross through each point as long as its errors. */
function errorBars(points: readonly ChartPoint[], stroke: string): object {
  return {
    type: "custom", silent: true, tooltip: { show: false }, z: 2,
    // Ends of the errors are values too: the axes reach as far as they do.
    data: points.map(({ x, y, xError = 0, yError = 0 }) => [x, y, x - xError, x + xError, y - yError, y + yError]), encode: { x: [0, 2, 3], y: [1, 4, 5] },
    renderItem: ({ dataIndex }: { dataIndex: number }, api: CustomApi) => {
      const point = points[dataIndex];
      if (point === undefined) return null;
      const line = (from: readonly number[], to: readonly number[]): object => {
        const [x1, y1] = api.coord(from);
        const [x2, y2] = api.coord(to);
        return { type: "line", shape: { x1, y1, x2, y2 }, style: { stroke, lineWidth: 1 } };
      };
      const { x, y, xError = 0, yError = 0 } = point;
      return { type: "group", children: [line([x - xError, y], [x + xError, y]), line([x, y - yError], [x, y + yError])] };
    },
  };
}
